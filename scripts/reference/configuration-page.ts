import { ConfigFile } from '../../src/config/schema.ts';

/** The keywords of JSON Schema that the reference shows. */
interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly additionalProperties?: unknown;
}

/** Returns `docs/reference/configuration.md`, from the schema of the configuration file. */
export function configurationReference(): string {
  return [
    '# Configuration keys',
    '',
    'Generated from `src/config/schema.ts` by `npm run generate`. For examples, see',
    '[configuration](../configuration.md). Unknown keys are errors. `config schema` prints the keys as JSON Schema.',
    '',
    '| key | type | default | meaning |',
    '|---|---|---|---|',
    ...rowsOf(ConfigFile as unknown as Shape, ''),
    '',
  ].join('\n');
}

function rowsOf({ properties = {}, required = [] }: Shape, prefix: string): string[] {
  return Object.entries(properties).flatMap(([key, shape]) => {
    const path = `${prefix}${key}`;
    const needed = required.includes(key) ? '**required**' : '';
    const isPlain = shape.default !== undefined && typeof shape.default !== 'object';
    const standard = isPlain ? `\`${String(shape.default)}\`` : needed;
    const row = `| \`${path}\` | ${typeOf(shape)} | ${standard} | ${shape.description ?? ''} |`;
    return [row, ...rowsOf(shape.items ?? shape, shape.items === undefined ? `${path}.` : `${path}[].`)];
  });
}

function typeOf(shape: Shape): string {
  if (shape.const !== undefined) return `\`${String(shape.const)}\``;
  if (shape.enum !== undefined) return shape.enum.map((value) => `\`${String(value)}\``).join(' or ');
  if (shape.anyOf !== undefined) return shape.anyOf.map(typeOf).join(' or ');
  if (shape.type === 'object') return shape.additionalProperties ? 'object of strings' : 'object';
  return shape.type === 'array' ? 'list' : (shape.type ?? '');
}
