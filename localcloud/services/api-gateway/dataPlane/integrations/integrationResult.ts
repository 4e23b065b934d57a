import type { Headers } from "../headers";

/** What a back end answered to an integration that is not a proxy. */
export interface IntegrationResult {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** What selection patterns are matched against; empty: only the default response fits. */
  readonly selection: string;
}
