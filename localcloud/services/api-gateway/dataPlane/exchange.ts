import type { Integration, MethodSetting, Stage } from "@aws-sdk/client-api-gateway";
import type { Overrides } from "../../../vtl";
import type { StoreScope, WireRequest } from "../../../core/service";
import type { ApiGatewayStore } from "../store";
import type { CompiledApi } from "./compiledApi";
import type { ContextVariables } from "./contextVariables";
import type { ExecutionLog } from "./logging/executionLog";
import type { RouteMatch } from "./router";

export type GatewayScope = StoreScope & { readonly store: ApiGatewayStore };

/** A request in progress, before its method is known. */
export interface Exchange {
  readonly scope: GatewayScope;
  readonly request: WireRequest;
  readonly api: CompiledApi;
  readonly stage: Stage;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Path below the stage as the client sent it, e.g. `/comments/a%20b`. */
  readonly path: string;
  /** Decoded query parameters, with all values of each name. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** `$context`; filled while the request is processed. */
  readonly context: ContextVariables;
  readonly log: ExecutionLog;
}

/** A request in progress whose method is known. */
export interface MethodExchange extends Exchange {
  readonly match: RouteMatch;
  readonly integration: Integration;
  readonly settings: MethodSetting;
  /** Values that this request's templates have set through `$context`. */
  readonly overrides: Overrides;
}

/** A response on its way to the client. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** Returns `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<VERB>/<path>`. */
export function methodArn({ scope, api, stage, request }: Exchange, path: string): string {
  return (
    `arn:aws:execute-api:${scope.region}:${scope.accountId}:${api.snapshot.apiId}/` +
    `${stage.stageName}/${request.method}${path}`
  );
}
