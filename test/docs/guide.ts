import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const RECIPES = '../helm/jenkins-agent-probe/recipes/';
const SHOWN =
  /^\[[^\]]+\]\(\.\.\/helm\/jenkins-agent-probe\/recipes\/([\w.-]+)\):\n\n```\w+\n([\s\S]*?)```$/gm;

/** The guide to load balancers. */
export const guide = readFileSync(new URL('docs/load-balancers.md', root), 'utf8');

/** The configurations in the guide, by the name of the recipe that the line before each links. */
export const shown: ReadonlyMap<string, string> = new Map(
  [...guide.matchAll(SHOWN)].map(([, name = '', text = '']) => [name, text]),
);

/** The recipes that the guide links. */
export const linked: readonly string[] = [
  ...new Set([...guide.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)),
]
  .filter((target) => target.startsWith(RECIPES))
  .map((target) => target.slice(RECIPES.length));

/**
 * Returns a configuration of the guide with replaced addresses.
 * @throws {Error} if it does not contain one of the addresses
 */
export function shownWith(name: string, places: Readonly<Record<string, string>>): string {
  let text = shown.get(name);
  if (text === undefined) throw new Error(`the guide does not show ${name}`);
  for (const [place, other] of Object.entries(places)) {
    if (!text.includes(place)) throw new Error(`${place} is not in ${name}`);
    text = text.replaceAll(place, other);
  }
  return text;
}
