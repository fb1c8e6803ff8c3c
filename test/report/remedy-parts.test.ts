import t from 'tap';
import { joinSteps } from '../../src/catalogue/join-steps.ts';
import { firstPart, remedyParts } from '../../src/report/remedy-parts.ts';

t.test('steps are joined with numbers and split again', async (t) => {
  t.equal(joinSteps(['Open the port.']), 'Open the port.');
  const steps = ['Open the port.', 'Restart the pod.', 'Check `kubectl get pods`.'];
  t.equal(joinSteps(steps), '1. Open the port.\n2. Restart the pod.\n3. Check `kubectl get pods`.');
  t.same(
    remedyParts(joinSteps(steps)),
    steps.map((text, index) => ({ number: index + 1, text, copied: [] })),
  );
  t.same(firstPart(joinSteps(steps)), { text: 'Open the port.', steps: 3 });
});

t.test('commands and YAML belong to the sentence or step above them', async (t) => {
  t.same(remedyParts('kubectl get pods\nor apply:\nkind: Role\n  a: 1\n\n2. Wait.\nkubectl get nodes'), [
    { number: null, text: '', copied: ['kubectl get pods'] },
    { number: null, text: 'or apply:', copied: ['kind: Role', '  a: 1'] },
    { number: 2, text: 'Wait.', copied: ['kubectl get nodes'] },
  ]);
  t.same(firstPart('kubectl get pods\nor wait'), { text: 'kubectl get pods', steps: 0 });
  t.same(remedyParts(''), []);
});
