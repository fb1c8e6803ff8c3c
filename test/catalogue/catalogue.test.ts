import { readFileSync } from 'node:fs';
import t from 'tap';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { CODES, DIAGNOSIS_CODES } from '../../src/catalogue/codes.ts';
import { isSurer, LAYERS } from '../../src/catalogue/entry.ts';
import { STEPS, type StepName } from '../../src/model/result.ts';
import { STEP_REASONS } from '../../src/model/step-reasons.ts';
import { REASONS, type Reason } from '../../src/protocol/reason.ts';
import { DIAGNOSED_REASONS } from '../model/diagnosed-reasons.ts';

const ENTRIES = Object.entries(CATALOGUE);
const PAGE = readFileSync(new URL('../../docs/reference/diagnoses.md', import.meta.url), 'utf8');

t.test('the catalogue has every code and nothing else, and no reason is a diagnosis code', async (t) => {
  t.strictSame(Object.keys(CATALOGUE).sort(), [...CODES].sort());
  t.equal(new Set(CODES).size, REASONS.length + DIAGNOSIS_CODES.length, 'no code twice');
});

t.test('every entry says something of its own in whole sentences', async (t) => {
  const titles = ENTRIES.map(([, { title }]) => title);
  t.equal(new Set(titles).size, titles.length, 'no title twice');
  const causes = ENTRIES.map(([, { cause }]) => cause);
  t.equal(new Set(causes).size, causes.length, 'no cause twice');
  for (const [code, { title, cause, remedy }] of ENTRIES) {
    t.match(title, /^[A-Z].*[^.]$/, `${code}: a title`);
    t.match(cause, /^[A-Z].*\.$/, `${code}: a cause`);
    t.equal(new Set(remedy).size, remedy.length, `${code}: no step twice`);
    for (const step of remedy) t.match(step, /^[A-Z].{10,}\.$/, `${code}: a step is a sentence`);
  }
});

t.test('every layer has entries, and entries lead to others and not to themselves', async (t) => {
  t.strictSame([...new Set(ENTRIES.map(([, { layer }]) => layer))].sort(), [...LAYERS].sort());
  for (const [code, { next, hints }] of ENTRIES) {
    t.notOk(next.includes(code as never), `${code} does not lead to itself`);
    t.equal(new Set(next).size, next.length, `${code} leads nowhere twice`);
    for (const each of next) t.ok(CODES.includes(each), `${code} leads to ${each}, which exists`);
    for (const hint of hints) {
      t.match(hint, /^[A-Z].*[.?]$/, `${code}: a hint is a sentence`);
      t.notOk(hint.includes(`(${code}`), `${code} does not lead to itself`);
      const named = [...hint.matchAll(/[(](?<code>[a-z0-9]+(?:-[a-z0-9]+){2,})[),;]/g)];
      for (const { groups } of named)
        t.ok(
          CODES.some((each) => each === groups?.code),
          `${code}: ${hint}`,
        );
    }
  }
});

t.test('one observation is never surer than all of the evidence', async (t) => {
  for (const [code, { confidence, observedAlone }] of ENTRIES) {
    t.notOk(isSurer(observedAlone, confidence), code);
  }
});

/** Steps that do not give a reason themselves. */
const ELSEWHERE: Readonly<Partial<Record<Reason, StepName>>> = {
  // A rule finds it at the upgrade, from what discovery met.
  'sso-or-login-in-front': 'ws-upgrade',
  // A log says it of either entrypoint.
  'connection-reset': 'port-connect',
};

t.test('the steps of a reason are those that give it', async (t) => {
  for (const reason of REASONS) {
    if (DIAGNOSED_REASONS.some((each) => each === reason)) {
      t.ok(CATALOGUE[reason].steps.length > 0, `${reason} has a step at which a rule finds it`);
      continue;
    }
    const giving = STEPS.filter((step) => STEP_REASONS[step].includes(reason));
    const more = ELSEWHERE[reason];
    const expected = STEPS.filter((step) => giving.includes(step) || step === more);
    const todo = 'list it at its steps in STEP_REASONS, or in DIAGNOSED_REASONS if only a rule finds it';
    t.strictSame(CATALOGUE[reason].steps, expected, `${reason}: ${todo}`);
  }
});

t.test('only a step at which a code can appear refutes it', async (t) => {
  for (const [code, { steps, refutedBy }] of ENTRIES) {
    for (const step of refutedBy) t.ok(steps.includes(step), `${code}: ${step}`);
  }
});

t.test(
  'what only the inside of the controller or of a cloud shows is the next look of a sibling',
  async (t) => {
    const reached = new Set(ENTRIES.flatMap(([, { next }]) => next));
    for (const code of [
      'agent-port-bind-failed',
      'listener-thread-dead',
      'handler-thread-leak',
      'slow-reverse-dns',
      'conntrack-exhausted',
      'nginx-tcp-bad-reference',
      'already-connected-stale',
      'already-connected-duplicate',
      'connected-but-controller-waits',
      'agent-process-killed',
    ] as const) {
      t.ok(reached.has(code), code);
    }
  },
);

t.test(
  'docs/reference/diagnoses.md has a section for each code, with everything that the catalogue says',
  async (t) => {
    const sections = PAGE.split(/^### /m).slice(1);
    t.strictSame(sections.map((section) => section.split('\n')[0]).sort(), [...CODES].sort());
    for (const section of sections) {
      const code = CODES.find((each) => each === section.split('\n')[0]);
      if (code === undefined) continue;
      const { title, cause, remedy, agentLog, controllerLog, ...entry } = CATALOGUE[code];
      const lists = [...agentLog, ...controllerLog, ...entry.next, ...entry.hints, ...entry.steps];
      for (const text of [title, cause, ...remedy, entry.observedAlone, entry.confidence, ...lists]) {
        t.ok(section.includes(text), `${code}: ${text}`);
      }
    }
  },
);

t.test('every value that the reason label can have is in the catalogue and its page', async (t) => {
  for (const reason of REASONS) {
    t.ok(CATALOGUE[reason].title, reason);
    t.match(PAGE, new RegExp(`^### ${reason}$`, 'm'));
  }
});
