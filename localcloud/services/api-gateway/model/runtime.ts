import type { MetricReports } from "../../../core/metricReports";
import type { SessionCredentials } from "../../../core/identity";
import { AuthorizerCache } from "../dataPlane/authorization/authorizerCache";
import { LogDeliveries } from "../dataPlane/logging/deliverLogs";
import { LogStreams } from "../dataPlane/logging/logStreams";
import { QuotaCounters } from "../dataPlane/quota";
import { TokenBuckets } from "../dataPlane/tokenBucket";

/** State that results from serving requests and that no API call stores. */
export class GatewayRuntime {
  readonly buckets = new TokenBuckets();
  readonly quotas = new QuotaCounters();
  readonly authorizerCache = new AuthorizerCache();
  readonly logStreams = new LogStreams();
  /** Sessions of the roles for integrations, authorizers and logging, by role and purpose. */
  readonly sessions = new Map<string, SessionCredentials>();
  /** Number of requests to each stage with a canary, which decides how its traffic is split. */
  readonly canaryRequests = new Map<string, number>();
  /** Log lines of requests that are not yet sent to CloudWatch Logs. */
  readonly logs = new LogDeliveries();
  /** Created with the first request. */
  metrics?: MetricReports;
}
