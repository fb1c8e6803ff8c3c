import t from 'tap';
import { html } from '../../src/pages/html.ts';

t.test('every value is escaped, in elements, attributes and lists', async (t) => {
  const attack = `<b title="x" class='y'>&`;
  const escaped = '&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;';
  t.equal(String(html`<p title="${attack}">${attack}</p>`), `<p title="${escaped}">${escaped}</p>`);
  t.equal(String(html`${[attack, html`<i>${[attack]}</i>`]}`), `${escaped}<i>${escaped}</i>`);
});

t.test('HTML is not escaped twice, and nothing is nothing', async (t) => {
  t.equal(String(html`<p>${html`<b>${1}</b>`}${null}${false}${[]}</p>`), '<p><b>1</b></p>');
});

t.test('characters that are not seen are shown as numbers', async (t) => {
  t.equal(String(html`${'a\u202eb\u0000c\nd'}`), 'a\\u202eb\\u0000c\nd');
});

t.test('line breaks beside tags go, between words they are spaces, in values they stay', async (t) => {
  const value = 'a\n  b';
  const text = html`<p>
    ${value}
    <b>one
    two</b>
  </p>`;
  t.equal(String(text), '<p>a\n  b<b>one two</b></p>');
});
