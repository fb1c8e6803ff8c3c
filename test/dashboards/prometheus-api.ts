/** One series of an answer: its labels, and its samples as `[Unix time in seconds, value]`. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: number, value: number])[];
}

/** A rule of Prometheus and the result of its latest evaluation. */
export interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError: string;
  readonly alerts: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

interface RawSeries {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly values?: [number, string][];
}

/** The HTTP API of a Prometheus. Its methods throw with the message of Prometheus. */
export class Prometheus {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  /** Returns the current result of a query. A scalar is one series without labels. */
  async query(expr: string): Promise<readonly Series[]> {
    return seriesOf(await this.#get('query', { query: expr }));
  }

  /** Returns the result of a query for a range, in Unix seconds. */
  async range(expr: string, start: number, end: number, step: number): Promise<readonly Series[]> {
    const parameters = { query: expr, start: `${start}`, end: `${end}`, step: `${step}` };
    return seriesOf(await this.#get('query_range', parameters));
  }

  /** Returns the alerts. */
  async rules(): Promise<readonly RuleState[]> {
    const { groups } = (await this.#get('rules', { type: 'alert' })) as { groups: { rules: RuleState[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  /** Returns true if a scrape succeeded. False while Prometheus starts. */
  async isScraping(): Promise<boolean> {
    try {
      return (await this.query('up == 1')).length > 0;
    } catch {
      return false;
    }
  }

  async #get(path: string, parameters: Record<string, string>): Promise<unknown> {
    const response = await fetch(`${this.#base}/api/v1/${path}?${new URLSearchParams(parameters)}`, {
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await response.json()) as { status: string; error?: string; data: unknown };
    if (body.status !== 'success') throw new Error(`${body.error}: ${parameters.query ?? path}`);
    return body.data;
  }
}

function seriesOf(data: unknown): readonly Series[] {
  const { resultType, result } = data as { resultType: string; result: unknown };
  if (resultType === 'scalar') return [{ metric: {}, values: [sample(result as [number, string])] }];
  return (result as RawSeries[]).map(({ metric, value, values }) => ({
    metric,
    values: (values ?? (value === undefined ? [] : [value])).map(sample),
  }));
}

function sample([time, value]: [number, string]): readonly [number, number] {
  return [time, Number(value)];
}
