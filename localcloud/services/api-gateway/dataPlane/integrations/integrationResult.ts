import type { Headers } from "../headers";

/** A back end's response to a non-proxy integration. */
export interface IntegrationResult {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Text that selection patterns are matched against; if empty, only the default response matches. */
  readonly selection: string;
}
