import type { PathMatch } from './route.ts';

/** One alternative of a rule of Traefik: all of its parts have to hold. */
interface TraefikMatch {
  readonly hosts: readonly string[];
  readonly path: PathMatch | null;
  /** There are conditions beside host and path, or such as are not understood. */
  readonly narrowed: boolean;
}

const MAX_ALTERNATIVES = 64;
/** A name with its arguments, an operator or a bracket. */
const TOKEN = /\s*(&&|\|\||[!()]|[A-Za-z]+\((?:\s*(?:`[^`]*`|"[^"]*")\s*,?)*\s*\))/y;

type Part = { readonly name: string; readonly values: readonly string[] } | null;
type Alternatives = readonly (readonly Part[])[];

/**
 * Returns the alternatives of a rule, such as ``Host(`a`) && (PathPrefix(`/x`) || Path(`/y`))``. A condition that is
 * not understood makes its alternative narrowed. The grammar is that of Traefik 3 and 2: `&&` binds closer than `||`.
 */
export function traefikMatches(rule: string): readonly TraefikMatch[] {
  const tokens = tokensOf(rule.slice(0, 4096));
  const found = tokens === null ? null : alternatives(tokens);
  return (found ?? [[null]]).slice(0, MAX_ALTERNATIVES).map(matchOf);
}

/** The names that a rule of a TCP router takes by TLS server name; `*` alone: every connection. */
export function serverNamesOf(rule: string): readonly string[] {
  return [...rule.slice(0, 4096).matchAll(/HostSNI(?:Regexp)?\(([^)]*)\)/g)].flatMap(([, values = '']) =>
    [...values.matchAll(/[`"]([^`"]*)[`"]/g)].map(([, value = '']) => value),
  );
}

function tokensOf(rule: string): string[] | null {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (rule.slice(TOKEN.lastIndex).trim() !== '') {
    const found = TOKEN.exec(rule);
    if (found?.[1] === undefined) return null;
    tokens.push(found[1]);
  }
  return tokens.length === 0 || tokens.length > 500 ? null : tokens;
}

/** Takes a whole expression off the tokens; null where it is not one. */
function alternatives(tokens: string[]): Alternatives | null {
  let sum: Alternatives = [];
  for (;;) {
    const product = conjunction(tokens);
    if (product === null) return null;
    sum = [...sum, ...product].slice(0, MAX_ALTERNATIVES);
    if (tokens[0] !== '||') return sum;
    tokens.shift();
  }
}

function conjunction(tokens: string[]): Alternatives | null {
  let product: Alternatives = [[]];
  for (;;) {
    const factor = operand(tokens);
    if (factor === null) return null;
    product = product
      .flatMap((left) => factor.map((right) => [...left, ...right]))
      .slice(0, MAX_ALTERNATIVES);
    if (tokens[0] !== '&&') return product;
    tokens.shift();
  }
}

function operand(tokens: string[]): Alternatives | null {
  const token = tokens.shift();
  if (token === '!') return operand(tokens) === null ? null : [[null]];
  if (token === '(') {
    const inner = alternatives(tokens);
    return tokens.shift() === ')' ? inner : null;
  }
  const name = token === undefined ? null : /^([A-Za-z]+)\(/.exec(token)?.[1];
  if (name === null || name === undefined || token === undefined) return null;
  return [[{ name, values: [...token.matchAll(/[`"]([^`"]*)[`"]/g)].map(([, value = '']) => value) }]];
}

function matchOf(parts: readonly Part[]): TraefikMatch {
  const hosts: string[] = [];
  let path: PathMatch = { type: 'prefix', value: '/', text: 'every path' };
  let narrowed = false;
  for (const part of parts) {
    const [value = ''] = part?.values ?? [];
    if (part?.name === 'Host') hosts.push(...part.values);
    else if (part?.name === 'PathPrefix') path = { type: 'prefix', value, text: `PathPrefix(${value})` };
    else if (part?.name === 'Path') path = { type: 'exact', value, text: `Path(${value})` };
    else if (part?.name !== 'Method' || value !== 'GET') narrowed = true;
  }
  return { hosts, path, narrowed };
}
