const HEALTH = 'http://10.0.0.8:31180/health/main?endpoint=agent-port';

/** Refuses a new connection while the verdict is down. Where there is no verdict it lets agents through. */
async function access(session) {
  try {
    const { headers } = await ngx.fetch(HEALTH);
    if (headers.get('Health-Verdict') !== 'down') session.allow();
    else session.deny();
  } catch (error) {
    session.allow();
  }
}

export default { access };
