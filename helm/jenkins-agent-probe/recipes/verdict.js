const HEALTH = 'http://10.0.0.8:31180/health/main?entrypoint=agent-port';
const REFUSED = ['down', 'drain'];

/** Refuses new connections while the verdict is down. Without a verdict it allows them. */
async function access(session) {
  try {
    const answer = await ngx.fetch(HEALTH);
    if (REFUSED.includes(answer.headers.get('Health-Verdict'))) session.deny();
    else session.allow();
  } catch (_error) {
    session.allow();
  }
}

export default { access };
