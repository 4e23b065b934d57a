import type { SessionCredentials } from "../../../core/service";
import { AuthorizerCache } from "../dataPlane/authorization/authorizerCache";
import { LogStreams } from "../dataPlane/logging/logStreams";
import { QuotaCounters } from "../dataPlane/quota";
import { TokenBuckets } from "../dataPlane/tokenBucket";

/** State that requests leave behind and that no API call stores. */
export class GatewayRuntime {
  readonly buckets = new TokenBuckets();
  readonly quotas = new QuotaCounters();
  readonly authorizerCache = new AuthorizerCache();
  readonly logStreams = new LogStreams();
  /** Sessions of the roles that integrations, authorizers and logging act with, by role and purpose. */
  readonly sessions = new Map<string, SessionCredentials>();
  /** Requests seen by each stage with a canary, for the split of its traffic. */
  readonly canaryRequests = new Map<string, number>();
  /** Deliveries of logs and metrics that are under way; the cloud waits for them when it stops. */
  readonly deliveries = new Set<Promise<void>>();

  /** Follows work that no request waits for; `work` must not reject. */
  deliver(work: Promise<void>): void {
    this.deliveries.add(work);
    void work.finally(() => this.deliveries.delete(work));
  }
}
