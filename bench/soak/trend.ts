/** The course of a value over the soak. */
export interface Trend {
  readonly first: number;
  readonly last: number;
  readonly highest: number;
  /** The growth of the line through all samples, from the first sample to the last. */
  readonly gain: number;
  readonly flat: boolean;
}

/** The growth that a flat value may have during the soak: a share of its mean, or a fixed amount. */
export interface Allowance {
  readonly share: number;
  readonly amount: number;
}

/** Fits a line by least squares through values that were taken at equal distances. */
export function trendOf(values: readonly number[], { share, amount }: Allowance): Trend {
  const count = values.length;
  const middle = (count - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  let covariance = 0;
  let variance = 0;
  for (const [index, value] of values.entries()) {
    covariance += (index - middle) * (value - mean);
    variance += (index - middle) ** 2;
  }
  const gain = variance === 0 ? 0 : (covariance / variance) * (count - 1);
  return {
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    highest: Math.max(...values),
    gain,
    flat: gain <= Math.max(share * mean, amount),
  };
}
