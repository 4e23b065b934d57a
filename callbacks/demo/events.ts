// Types of events and answers that handlers and tests share. Types only: none of this reaches Lambda.

/** What Lambda passes to a function about a call. */
export type TraceContext = object & { readonly awsRequestId: string };

/** Answer of `trace`. */
export interface TraceResult {
  readonly event: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}
