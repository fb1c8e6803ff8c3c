import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';

const guide = readFileSync(new URL('../../docs/load-balancers.md', import.meta.url), 'utf8');
const installed = spawnSync('haproxy', ['-v']).status === 0;

t.test(
  'the HAProxy recipe is one for HAProxy',
  { skip: installed || process.env.CI ? false : 'haproxy is not installed' },
  (t) => {
    const recipes = [...guide.matchAll(/```haproxy\n([\s\S]*?)```/g)].map(([, recipe = '']) => recipe);
    t.equal(recipes.length, 1);
    const folder = t.testdir();
    for (const recipe of recipes) {
      writeFileSync(`${folder}/haproxy.cfg`, recipe);
      const { status, stderr } = spawnSync('haproxy', ['-c', '-f', `${folder}/haproxy.cfg`], {
        encoding: 'utf8',
      });
      t.equal(status, 0, stderr);
    }
    t.end();
  },
);
