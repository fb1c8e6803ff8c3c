/** Colours by their names in Grafana. */
const NAMED: Readonly<Record<string, string>> = {
  red: '#d6303f',
  orange: '#e07b00',
  green: '#2c9a48',
  blue: '#2f6fd0',
  gray: '#a9b0b8',
  transparent: '#e6e9ed',
};

/** Colours of series, in the order of the series. */
const PALETTE = [
  ...['#2f6fd0', '#e07b00', '#2c9a48', '#b3449b', '#c9a400', '#00939f', '#d6303f', '#7a5cc7'],
  ...['#8a6d3b', '#5b8c00', '#0f4c81', '#e377a2'],
];

export const INK = '#22262b';
export const FAINT = '#6b737c';
export const GRID = '#e3e6ea';

/** The mean width of a letter, as a share of the font size. */
const LETTER = 0.56;

/** Returns a colour of Grafana by name, or the text itself. */
export function colorOf(name: string): string {
  return NAMED[name] ?? name;
}

export function paletteColor(index: number): string {
  return PALETTE[index % PALETTE.length] ?? INK;
}

/** Formats a number for a picture. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
}

/** Returns the part of a text that fits into a width in pixels. */
export function fitting(text: string, width: number, size: number): string {
  const letters = Math.floor(width / (size * LETTER));
  return text.length <= letters ? text : `${text.slice(0, Math.max(0, letters - 1))}…`;
}

interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

export function text(
  x: number,
  y: number,
  content: string,
  { size = 11, fill = INK, anchor = 'start', bold = false }: TextStyle = {},
): string {
  const weight = bold ? ' font-weight="600"' : '';
  const aligned = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${at(x)}" y="${at(y)}" font-size="${size}" fill="${fill}"${aligned}${weight}>${escaped(content)}</text>`;
}

export function rect(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}" fill="${fill}"${more}/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<path d="M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}" stroke="${stroke}"/>`;
}
