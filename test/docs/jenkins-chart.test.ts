import { readFileSync } from 'node:fs';
import t from 'tap';
import { runHere } from '../cli/in-process.ts';
import { CHART, only, skipWithoutHelm, template } from '../helm/chart.ts';
import { recipeFile, sidecar } from '../helm/recipes.ts';
import { checkConfig } from '../helm/rendered-config.ts';

const page = readFileSync(new URL('../../docs/jenkins-chart.md', import.meta.url), 'utf8');
const RELEASE = 'agents-namespace-values.yaml';

t.test('the page shows the values as they are', async (t) => {
  for (const name of [RELEASE, 'jenkins-sidecar-values.yaml']) {
    t.ok(page.includes(`\n\`\`\`yaml\n${readFileSync(recipeFile(name), 'utf8')}\`\`\`\n`), name);
  }
});

t.test(
  'the values of the release render a configuration that can be used',
  { skip: skipWithoutHelm },
  async (t) => {
    const rendered = await template(recipeFile(RELEASE), { chart: CHART });
    const { code, stderr } = await checkConfig(t, only(rendered, 'ConfigMap').data['config.yaml']);
    t.equal(code, 0, stderr);
    const [label] = Object.entries(only(rendered, 'Deployment').spec.template.metadata.labels).filter(
      ([key]) => key.startsWith('jenkins/'),
    );
    t.strictSame(label, ['jenkins/jenkins-jenkins-agent', 'true']);
  },
);

t.test('the sidecar starts with what it is given', async (t) => {
  const { args, env } = sidecar();
  t.strictSame(args, ['serve']);
  const given = Object.fromEntries(
    env.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );
  const { code, stderr } = await runHere(['config', 'check'], { env: given });
  t.equal(code, 0, stderr);
});
