import type { StoreSaving } from "../../core/saving/storeSaving";
import { QuotaCounters } from "./dataPlane/quota";
import { GatewayRuntime } from "./model/runtime";
import type { ApiGatewayStore } from "./store";

/** Quotas and the share of a canary continue; token buckets, caches of authorizers and sessions begin anew. */
export const saving: StoreSaving<ApiGatewayStore> = {
  transient: ["authorizerCache", "buckets", "logs", "logStreams", "metrics", "sessions"],
  parts: [GatewayRuntime, QuotaCounters],
};
