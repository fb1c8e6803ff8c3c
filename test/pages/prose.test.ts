import t from 'tap';
import { remedyBlocks, withCode } from '../../src/pages/prose.ts';

t.test('steps are an ordered list with their commands inside', async (t) => {
  const remedy = '1. Run `kubectl get <x>`.\n2. Apply this:\nkind: Role\n  a: <b>';
  t.equal(
    String(remedyBlocks(remedy)),
    '<ol class="steps"><li>Run <code class="k">kubectl get &lt;x&gt;</code>.</li>' +
      '<li>Apply this:<pre tabindex="0">kind: Role\n  a: &lt;b&gt;</pre></li></ol>',
  );
});

t.test('a single sentence is a paragraph, and numbering that starts again is a second list', async (t) => {
  t.equal(String(remedyBlocks('Open the port.')), '<p>Open the port.</p>');
  t.equal(
    String(remedyBlocks('1. One.\n2. Two.\n1. Three.')),
    '<ol class="steps"><li>One.</li><li>Two.</li></ol><ol class="steps"><li>Three.</li></ol>',
  );
});

t.test('text between backticks is code, and a lone backtick is text', async (t) => {
  t.equal(String(withCode('see `a b` or ` c')), 'see <code class="k">a b</code> or ` c');
});
