import { globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { AGENT_CLUSTER_RULES } from '../../src/inspection/agent-cluster-rules.ts';
import { CONTROLLER_CLUSTER_RULES } from '../../src/inspection/controller-cluster-rules.ts';

const folder = new URL('./', import.meta.url);
const tests = globSync('*.test.ts', { cwd: folder }).map((file) =>
  readFileSync(new URL(file, folder), 'utf8'),
);

t.test('every rule has a name of its own and a table of cases', async (t) => {
  const names = [...AGENT_CLUSTER_RULES, ...CONTROLLER_CLUSTER_RULES].map(({ name }) => name);
  t.equal(new Set(names).size, names.length);
  const tested = new Set(
    tests.flatMap((text) => [...text.matchAll(/Cases\(\s*'([^']+)'/g)].map(([, name]) => name)),
  );
  for (const name of names) {
    t.ok(tested.has(name), `${name}: add agentCases('${name}', …) or controllerCases('${name}', …)`);
  }
});
