// The script of the pages. It updates a page and adds shortcuts. Every page works without it.
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const { root, every, now: servedAt } = document.body.dataset;
document.documentElement.classList.add('js');

let sayTimer;
/** Shows a short message, and has it read aloud. */
function say(text) {
  $('#toast').textContent = text;
  clearTimeout(sayTimer);
  if (text !== '') sayTimer = setTimeout(say, 5000, '');
}

// Times. The server writes them; this updates them by the clock of the server.
const UNITS = [
  [86400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];
const offset = Date.parse(servedAt) - Date.now();
const now = () => Date.now() + offset;
function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const at = UNITS.findIndex(([size]) => seconds >= size);
  if (at < 0) return '0 s';
  const [[size, unit], [smaller, smallerUnit] = []] = UNITS.slice(at);
  const rest = at < 2 ? Math.floor((seconds % size) / smaller) : 0;
  return `${Math.floor(seconds / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${smallerUnit}`}`;
}
function showTimes() {
  for (const time of $$('time')) {
    const ms = now() - Date.parse(time.dateTime);
    if ('in' in time.dataset) time.textContent = ms < -500 ? `in ${duration(-ms)}` : 'now';
    else if (time.dataset.rel === '') time.textContent = duration(ms);
    else time.textContent = ms < 1000 ? 'just now' : duration(ms) + time.dataset.rel;
    time.title = new Date(time.dateTime).toLocaleString();
  }
}
setInterval(() => document.hidden || showTimes(), 1000);
showTimes();

// Live pages. A visible page requests itself again, every ten seconds and at each `changed` event. Parts that differ are
// replaced.
const TIME_TEXT = /(<time[^>]*>)[^<]*/g;
const look = (part) => part.outerHTML.replace(TIME_TEXT, '$1');
const shown = new Map($$('[data-live]').map((part) => [part.id, look(part)]));
let [etag, paused, busy, again, events] = ['""', false, false, false, null];
async function refresh() {
  if (document.hidden || paused || Number(every) === 0) return;
  again = busy;
  if (busy) return;
  busy = true;
  try {
    const headers = { accept: 'text/html', 'if-none-match': etag };
    const answer = await fetch(location.href, {
      headers,
      cache: 'no-store',
      signal: AbortSignal.timeout(8000),
    });
    if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    if (answer.status === 200 && !take(await answer.text())) etag = '""';
    else etag = answer.headers.get('etag') ?? '""';
    $('#fresh').dateTime = new Date(now()).toISOString();
    $('#lost').hidden = true;
  } catch {
    $('#lost').hidden = false;
  }
  busy = false;
  showTimes();
  if (again) refresh();
}
/** Replaces the parts of the page that differ. Returns false when it must wait: a selection would be lost. */
function take(text) {
  if (!getSelection().isCollapsed) return false;
  const next = new DOMParser().parseFromString(text, 'text/html');
  const before = $('#sum')?.textContent;
  const ids = (page) => $$('[data-live]', page).map(({ id }) => id);
  if (ids(next).join() === ids(document).join()) {
    for (const part of $$('[data-live]')) replace(part, next.getElementById(part.id));
  } else replace($('#main'), $('#main', next));
  document.title = next.title;
  const after = $('#sum')?.textContent;
  if (after !== before) say(after);
  return true;
}
function replace(part, fresh) {
  if (shown.get(part.id) === look(fresh)) return;
  shown.set(part.id, look(fresh));
  const open = $$('details[open][id]', part).map(({ id }) => id);
  const focus = part.contains(document.activeElement) ? document.activeElement.id : '';
  part.replaceWith(fresh);
  for (const inner of $$('[data-live]', fresh)) shown.set(inner.id, look(inner));
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focus !== '') document.getElementById(focus)?.focus({ preventScroll: true });
}
/** Listens for changes while the page is visible. A proxy may hold them back: then the ten seconds remain. */
function listen() {
  const wanted = Number(every) > 0 && !document.hidden && !paused;
  if (!wanted) {
    events?.close();
    events = null;
  } else if (events === null) {
    events = new EventSource(`${root}events`);
    events.addEventListener('changed', refresh);
  }
}
function follow() {
  listen();
  refresh();
}
if (Number(every) > 0) {
  setInterval(refresh, Number(every) * 1000);
  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', () => events?.close());
  listen();
}

// Filter. Without this the form sends the request; this sends it while the user types.
let filterTimer;
$('#q')?.addEventListener('input', () => {
  clearTimeout(filterTimer);
  filterTimer = setTimeout(() => {
    const query = new URLSearchParams([...new FormData($('#q').form)].filter(([, value]) => value !== ''));
    history.replaceState(null, '', query.size === 0 ? location.pathname : `?${query}`);
    etag = '""';
    refresh();
  }, 150);
});

// Copy. The clipboard API needs HTTPS; over plain HTTP this uses an older command.
async function copy(text) {
  const select = () => {
    const box = Object.assign(document.createElement('textarea'), { value: text, readOnly: true });
    document.body.append(box);
    box.select();
    const done = document.execCommand('copy');
    box.remove();
    return done;
  };
  const written = navigator.clipboard?.writeText(text).then(() => true, select);
  const done = written === undefined ? select() : await written;
  say(
    done
      ? 'Copied. Paste it into the ticket.'
      : 'This browser does not allow copying. Select the text under “For a ticket”.',
  );
}
const words = (selector, from) => $(selector, from)?.textContent.replace(/\s+/g, ' ').trim() ?? '';
function ticketOf(row) {
  const cause = row.closest('.cause');
  const title = $('h3', cause) && `${words('h3', cause)} [${cause.id}]`;
  const remedy = words('.fix', cause).replace(/^Remedy/, 'Remedy:');
  const head = `${words('.who a', row)}: ${words('.since', row)}`;
  return [
    head,
    words('.mini .vh', row),
    title,
    remedy,
    words('.seen summary', document),
    $('.who a', row).href,
  ]
    .filter(Boolean)
    .join('\n');
}

// A running diagnosis: shows each hop when it ends, then the page of the report.
const CLASSES = { ok: 'ok', warning: 'warn', failed: 'bad', skipped: 'skip' };
function showStep({ data }) {
  const { step, address, outcome, durationMs } = JSON.parse(data);
  const key = step.endsWith('-resolve') ? step : `${step} ${address ?? ''}`;
  const hop = $(`.hop[data-k="${CSS.escape(key)}"]`);
  const time = outcome === 'skipped' ? 'not reached' : `${durationMs.toFixed(1)} ms`;
  if (hop !== null) {
    hop.className = `hop ${CLASSES[outcome]}`;
    $('.t', hop).textContent = time;
  }
  $('#progress').textContent = `Just ended: ${step}${address === null ? '' : ` at ${address}`}: ${outcome}`;
}
function diagnose(url) {
  for (const hop of $$('#running .hop')) {
    hop.className = 'hop wait';
    $('.t', hop).textContent = 'waiting';
  }
  const stream = new EventSource(url);
  stream.addEventListener('step', showStep);
  stream.addEventListener('report', ({ lastEventId }) => {
    stream.close();
    if (lastEventId !== '') location.replace(`${root}reports/${lastEventId}`);
  });
  // An EventSource reconnects, which would run another diagnosis. The page itself also contains the answer.
  stream.addEventListener('error', ({ data }) => {
    stream.close();
    if (data) $('#progress').textContent = JSON.parse(data).message;
  });
}
if ($('#running') !== null) diagnose($('#running').dataset.diagnose);

// Buttons and keys.
const links = () => $$('.rows .who a, .rows.brief a').filter((link) => link.checkVisibility());
function move(by) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? 0 : (at + by + all.length) % all.length]?.focus();
}
const press = (key) =>
  $(`[data-key=${key}]`, document.activeElement.closest('.rows > li') ?? document)?.click();
const ACTIONS = {
  row: (button) => copy(ticketOf(button.closest('li'))),
  copy: (button) => copy($(button.dataset.copy).textContent.trim()),
  help: () => $('#keys').showModal(),
  keys: (button) => {
    localStorage.keys = button.checked ? 'on' : 'off';
  },
  pause: (button) => {
    paused = !paused;
    button.textContent = paused ? 'Resume' : 'Pause';
    follow();
  },
};
const KEYS = {
  '/': () => $('#q')?.focus(),
  j: () => move(1),
  k: () => move(-1),
  d: () => press('d'),
  c: () => press('c'),
  '?': ACTIONS.help,
};
document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-do]');
  if (button !== null) ACTIONS[button.dataset.do](button);
});
document.addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  const typing = target.closest('input, textarea, dialog') !== null;
  if (ctrlKey || metaKey || altKey || typing || localStorage.keys === 'off' || !(key in KEYS)) return;
  event.preventDefault();
  KEYS[key]();
});
$('#keyson').checked = localStorage.keys !== 'off';
