import type { MetricReports } from "../../../core/metricReports";
import type { SessionCredentials } from "../../../core/service";
import { AuthorizerCache } from "../dataPlane/authorization/authorizerCache";
import { LogDeliveries } from "../dataPlane/logging/deliverLogs";
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
  /** Log lines of requests, on their way to CloudWatch Logs. */
  readonly logs = new LogDeliveries();
  /** Made when the first request was served. */
  metrics?: MetricReports;
}
