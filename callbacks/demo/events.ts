// Shapes of events and answers that handlers and tests share. Types only: nothing of it reaches Lambda.

/** What Lambda tells a function about a call. */
export type TraceContext = object & { readonly awsRequestId: string };

/** What `trace` answers. */
export interface TraceResult {
  readonly event: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}
