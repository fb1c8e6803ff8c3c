/** Formats a value with its unit like Grafana: three digits, and a prefix if needed. */
export function formatted(value: number, unit: string | undefined): string {
  switch (unit) {
    case 's':
      return duration(value);
    case 'percentunit':
      return `${figures(value * 100)} %`;
    case 'bytes':
      return bytes(value);
    case 'cpm':
      return `${figures(value)} /min`;
    case 'reqps':
      return `${figures(value)} /s`;
    default:
      return figures(value);
  }
}

function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0 s';
  if (size < 0.001) return `${figures(seconds * 1e6)} µs`;
  if (size < 1) return `${figures(seconds * 1000)} ms`;
  if (size < 60) return `${figures(seconds)} s`;
  if (size < 3600) return `${figures(seconds / 60)} min`;
  if (size < 86_400) return `${figures(seconds / 3600)} h`;
  return `${figures(seconds / 86_400)} d`;
}

function bytes(value: number): string {
  const prefixes = ['B', 'KiB', 'MiB', 'GiB'];
  const power = value < 1 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log2(value) / 10));
  return `${figures(value / 1024 ** power)} ${prefixes[power]}`;
}

function figures(value: number): string {
  return String(Number(value.toPrecision(3)));
}
