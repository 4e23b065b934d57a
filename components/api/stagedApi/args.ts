import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Check, Checks } from "../../../callbacks/api/stagedApi/gates/checks";
import type { DecideCanary } from "../../../callbacks/api/stagedApi/canary/decideCanary";
import type { RouteHandler } from "../../../callbacks/api/stagedApi/dispatch";
import type { GateTools } from "../../../callbacks/api/stagedApi/gate";
import type { ApiGateTools } from "../../../callbacks/api/stagedApi/release";
import type { ApiAccount } from "../account";
import type { Authorization } from "../authorization";
import type { Throttling } from "../stage";
import type { CallbackFunction } from "../../function/callbackFunction";
import type { CallbackOptions } from "../../function/callbackOptions";
import type { Cors } from "../cors";
import type { Statement } from "../../iam/statement";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** One method of one path, and the code behind it: give `callback`, `callbackFactory` or `functionVariable`. */
export interface StagedRoute {
  /** `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. */
  method: (typeof METHODS)[number];
  /** Path with parameters in braces, such as `/greeting/{name}`. */
  path: string;
  /**
   * The code, inline. It gets the event that the request template makes from the request, and its result is the JSON
   * answer.
   */
  callback?: RouteHandler;
  /** Like `callback`, with state that lives as long as the execution environment. */
  callbackFactory?: () => RouteHandler;
  /** Name of the stage variable that holds the function for this route: each stage sets its own in `functions`. */
  functionVariable?: string;
  /**
   * Mapping template (VTL) that makes the event.
   * Default: an object with the path parameters and the declared parameters by name, and `body` if the method has one.
   */
  requestTemplate?: string;
  /** Mapping template (VTL) of the answer. Default: the callback's result as JSON. */
  responseTemplate?: string;
  /** JSON Schema (draft 4) that a body must match; any other body is answered with 400. Default: any JSON. */
  requestModel?: object;
  /** Declared parameters, `querystring.name` or `header.Name`, and whether they are required. Default: none. */
  requestParameters?: Record<string, boolean>;
}

/** Settings of one stage. */
export interface StagedApiStage {
  /** The functions behind `functionVariable` routes, by the name of the variable. Default: none. */
  functions?: Record<string, CallbackFunction | aws.lambda.Function>;
  /** Further stage variables, for templates. Default: none. */
  variables?: Record<string, pulumi.Input<string>>;
  /** Limits of the request rate. Default 100 per second, 50 at once. */
  throttling?: Throttling;
}

/** What stops a canary, in addition to the alarm of the stage `prod`. */
export interface CanaryOptions {
  /** Names or ARNs of metric alarms of this account and region, at most 10. Default: none. */
  alarms?: pulumi.Input<string>[];
  /**
   * Decides each minute whether the canary continues; it is given the built-in decision. Default: the built-in
   * decision.
   */
  decide?: DecideCanary;
}

/** The stages by name: an update moves `stage`, and only a promotion moves `prod`. */
export const STAGES = { stage: "STAGE", prod: "PROD" } as const;
export type StageName = keyof typeof STAGES;

export interface StagedApiArgs extends CallbackOptions {
  /** Methods of paths, with the code of each; see below. */
  routes: StagedRoute[];
  /** `{ stage, prod }`: settings that differ between the stages, see below. Default: none. */
  stages?: Partial<Record<StageName, StagedApiStage>>;
  /** All AWS permissions of the callbacks; `[]` for none. */
  permissions: Statement[];
  /**
   * Checks each new version before `stage` moves to it: one check, or several by name. A check fails by throwing or by
   * returning anything except true or nothing; the update then fails, and both stages stay unchanged. Default: none.
   */
  gate?: Check<GateTools> | Checks<GateTools>;
  /** Checks `stage` over HTTP after it moved; a failure moves it back and blocks promotion. Default: none. */
  apiGate?: Check<ApiGateTools> | Checks<ApiGateTools>;
  /** Seconds that all checks of a gate may take together, 1 to 870. Default 60. */
  gateTimeout?: number;
  /** Most published versions that exist after an update, whether it succeeds or fails; 6 to 100. Default 6. */
  keepVersions?: number;
  /**
   * `true` or `{ alarms?, decide? }` lets `promote --canary` try a release on a share of prod's requests, checked each
   * minute. Default false.
   */
  canary?: boolean | CanaryOptions;
  /** `{ type: "NONE", reason }`, `{ type: "AWS_IAM" }` or [an authorizer](staged-api.md#authorizers). Default: everyone may call, which the policy pack records. */
  authorization?: Authorization;
  /**
   * `{ allowOrigin, maxAge? }`: pages of that origin may send Content-Type, Authorization, X-Api-Key and the headers
   * that a path's methods declare. Default: no other origin.
   */
  cors?: Cors;
  /** The account's logging role. Default: the one that the APIs of a provider share. */
  account?: ApiAccount;
}

/**
 * The versions that may be needed at the same time: the newest, which a gate may have refused, those of STAGE, of PROD
 * and of its canary, the last that passed its checks, and the target of the next rollback.
 */
export const LEAST_KEPT = 6;

/** `GET /greeting/{name}` */
export function routeId({ method, path }: Pick<StagedRoute, "method" | "path">): string {
  return `${method} ${path}`;
}

/** Returns checks by name; a single check gets the name of its argument. */
export function namedChecks<Tools>(
  argument: string,
  checks: Check<Tools> | Checks<Tools> | undefined,
): Checks<Tools> {
  return typeof checks === "function" ? { [argument]: checks } : (checks ?? {});
}
