/** A request to the API server. */
export interface ApiServerRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

/** An answer whose body has yet to come. */
export interface ApiServerAnswer {
  readonly status: number;
  /** The values of its header `Warning`. */
  readonly warning: string | readonly string[] | undefined;
  readonly body: AsyncIterable<Buffer>;
}

/** The way to an API server: its address, the connections to it, and our identity. */
export interface ApiServerAccess {
  /** Our own namespace; `default` if it is unknown. */
  readonly namespace: string;
  /** Sends a request with our credentials as they are on disk now. Rejects if no answer arrives. */
  send(request: ApiServerRequest): Promise<ApiServerAnswer>;
  close(): Promise<void>;
}

/** The timeout for one connection to the API server. */
export const CONNECT_MS = 5_000;
/** A peer that vanished is noticed by TCP itself; the interval is below the idle limits of common balancers. */
export const KEEP_ALIVE_MS = 15_000;
