/** A fragment of HTML. Only {@link html} creates one, so every other value is escaped. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Joins the parts of a template literal and its values. */
  static of(parts: readonly string[], values: readonly HtmlValue[]): Html {
    let text = parts[0] ?? '';
    for (const [index, value] of values.entries()) text += textOf(value) + (parts[index + 1] ?? '');
    return new Html(text);
  }

  toString(): string {
    return this.#text;
  }
}

/** A value in a template: text, which is escaped, HTML, lists of both, or nothing. */
type HtmlValue = string | number | Html | null | false | readonly HtmlValue[];

/**
 * Returns HTML from a tagged template. Values are escaped for elements and for attributes in double quotes; a template
 * must not contain a value anywhere else. Line breaks next to tags and values are removed.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let compact = COMPACT.get(parts);
  if (compact === undefined) {
    compact = parts.map(compacted);
    COMPACT.set(parts, compact);
  }
  return Html.of(compact, values);
}

/** The parts of each template without line breaks. */
const COMPACT = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Removes line breaks next to tags and values; replaces those between words by a space. */
function compacted(part: string): string {
  return part.replace(/(^|>)?\n\s*(<|$)?/g, (_, before?: string, after?: string) =>
    before === undefined && after === undefined ? ' ' : `${before ?? ''}${after ?? ''}`,
  );
}

function textOf(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? escapeText(value) : value.map(textOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Characters of markup, invisible ones, and those that change the direction of a text. */
const SPECIAL = /[&<>"']|(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

function escapeText(text: string): string {
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? visible(character));
}

/** Returns an invisible character as its number. */
function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
