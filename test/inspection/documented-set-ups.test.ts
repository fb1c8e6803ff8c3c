import { globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import { controllerFacts } from './cluster.ts';
import { BASES } from './documented-bases.ts';

/*
 * Set-ups as the documentation of proxies shows them, in testdata/set-ups. `#: name` begins one, `#| words` names objects of
 * BASES to put before it, `#@ url` is the Jenkins URL of agents, `#> code|object|field|confidence` is a finding.
 */
const folder = new URL('testdata/set-ups/', import.meta.url);

for (const file of globSync('*.yaml', { cwd: folder }).sort()) {
  const text = readFileSync(new URL(file, folder), 'utf8');
  for (const section of text.split(/^#: /m).slice(1)) {
    const [name = '', ...lines] = section.split('\n');
    const told = (mark: string) =>
      lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length).trim());
    const words = told('#|').flatMap((line) => line.split(' '));
    const objects = [...words.map((word) => BASES[word] ?? ''), lines.join('\n')].join('\n---\n');
    t.test(`${file}: ${name}`, async (t) => {
      t.same(
        words.filter((word) => BASES[word] === undefined),
        [],
        'its objects are known',
      );
      const all = parseAllDocuments(objects).flatMap((document) => document.toJS() ?? []);
      const outside = (kind: string) =>
        all.filter(
          (each) => each.kind === kind && !['jenkins', 'agents', undefined].includes(each.metadata.namespace),
        );
      const facts = controllerFacts(objects, {
        ingressServices: outside('Service'),
        ingressPods: outside('Pod'),
        url: told('#@')[0] ?? 'https://jenkins.example.com/',
      });
      const findings = inspectControllerCluster(facts).flatMap((result) => result.findings);
      t.same(
        findings
          .map(({ code, object, field, confidence }) => [code, object, field, confidence].join('|'))
          .sort(),
        told('#>').sort(),
      );
      t.notOk(
        findings.some(({ fix }) => fix === ''),
        'each says what to do',
      );
    });
  }
}
