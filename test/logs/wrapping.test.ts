import t from 'tap';
import { learnWrappings } from '../../src/logs/learned-wrapping.ts';
import { unwrap, WRAPPINGS } from '../../src/logs/wrapping.ts';
import { FORMS } from './log-forms.ts';

const HEAD = 'Jun 01, 2026 9:59:20 AM hudson.remoting.Launcher createEngine';
const LEARNED = new Set(['stern', 'awslogs', 'a form that no list knows', 'colours', 'windows']);

t.test('every known form leaves the line as the program wrote it', async (t) => {
  for (const [form, wrap] of Object.entries(FORMS)) {
    if (LEARNED.has(form)) continue;
    for (const line of [HEAD, 'INFO: Connected', '\tat a.B.c(B.java:1)', '  Agent port:    50000']) {
      t.equal(unwrap(wrap(line, 'agent-1'), WRAPPINGS).text.replace(/\n$/, ''), line, `${form}: ${line}`);
    }
  }
});

t.test('the container and the time nearest to the message are kept', async (t) => {
  t.match(unwrap('[pod/agent-1/jnlp] 2026-06-01T09:59:26Z Connected', WRAPPINGS), {
    text: 'Connected',
    stream: 'pod/agent-1/jnlp',
    stamp: '2026-06-01T09:59:26Z',
  });
  t.match(unwrap('Jun 01 09:59:26 host java[42]: Connected', WRAPPINGS), { stream: 'java[42]' });
  const json = {
    '@timestamp': '2026-06-01T09:59:26Z',
    level: 'WARNING',
    logger: 'a.B',
    message: 'no',
    stack_trace: 'java.io.IOException: x\n\tat a.B.c(B.java:1)',
    kubernetes: { pod_name: 'p', container_name: 'jnlp' },
  };
  t.match(unwrap(JSON.stringify(json), WRAPPINGS), {
    text: 'WARNING a.B - no\njava.io.IOException: x\n\tat a.B.c(B.java:1)',
    stream: 'p jnlp',
    stamp: '2026-06-01T09:59:26Z',
  });
  t.equal(unwrap('{"log":', WRAPPINGS).text, '{"log":', 'broken JSON is a line like any other');
  t.equal(unwrap('{"other":1}', WRAPPINGS).text, '{"other":1}');
});

t.test('a form that no list knows is learned from pairs of lines, and from frames', async (t) => {
  const lines = (prefix: (count: number) => string) =>
    [HEAD, 'INFO: one', HEAD, 'INFO: two'].map((line, count) => `${prefix(count)}${line}`);
  const learned = learnWrappings(lines((count) => `agent-7f${count} jnlp 17:${count} | `));
  t.equal(unwrap('agent-9x9 jnlp 18:3 | INFO: Connected', learned).text, 'INFO: Connected');
  t.equal(unwrap('another thing', learned).text, 'another thing', 'other lines stay');
  const frames = ['x-1 y \tat a.B.c(B.java:1)', 'x-2 y \tat a.B.d(B.java:2)'];
  t.equal(unwrap('x-3 y Caused by: z', learnWrappings(frames)).text, 'Caused by: z');
  t.strictSame(learnWrappings([HEAD, 'INFO: one', HEAD, 'INFO: two']), [], 'nothing to learn in a plain log');
  t.strictSame(learnWrappings([]), []);
});
