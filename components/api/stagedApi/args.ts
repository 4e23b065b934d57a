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
import type { Statement } from "../../iam/iamPolicy";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** One method of one path, and the code behind it: give `callback`, `callbackFactory` or `functionVariable`. */
export interface StagedRoute {
  method: (typeof METHODS)[number];
  /** Path with parameters in braces, such as `/greeting/{name}`. */
  path: string;
  /** The code, inline. It gets what the request template makes of the request, and answers JSON. */
  callback?: RouteHandler;
  /** The code with state that lives as long as the execution environment. */
  callbackFactory?: () => RouteHandler;
  /** Name of a stage variable with the function that answers: each stage names its own in `functions`. */
  functionVariable?: string;
  /**
   * Mapping template (VTL) that makes the event.
   * Default: an object of the path's and the declared parameters by name, and `body` where the method has one.
   */
  requestTemplate?: string;
  /** Mapping template (VTL) of the answer. Default: what the callback answered, as JSON. */
  responseTemplate?: string;
  /** JSON Schema (draft 4) that a body must meet; any other is answered with 400. Default: any JSON. */
  requestModel?: object;
  /** Declared parameters, `querystring.name` or `header.Name`, and whether they must be there. Default: none. */
  requestParameters?: Record<string, boolean>;
}

/** What one stage has for itself. */
export interface StagedApiStage {
  /** The functions behind `functionVariable` routes, by the name of their variable. Default: none. */
  functions?: Record<string, CallbackFunction | aws.lambda.Function>;
  /** Further stage variables, for templates. Default: none. */
  variables?: Record<string, pulumi.Input<string>>;
  /** Default 100 per second, 50 at once. */
  throttling?: Throttling;
}

/** What stops a canary beside the alarm of the stage `prod`. */
export interface CanaryOptions {
  /** Names or ARNs of metric alarms of this account and region, at most 10. Default: none. */
  alarms?: pulumi.Input<string>[];
  /** Decides each minute whether the canary goes on, knowing what would be decided without it. Default: just that. */
  decide?: DecideCanary;
}

/** The stages by name: an update moves `stage`, and only a promotion moves `prod`. */
export const STAGES = { stage: "STAGE", prod: "PROD" } as const;
export type StageName = keyof typeof STAGES;

export interface StagedApiArgs extends CallbackOptions {
  routes: StagedRoute[];
  /** What differs between the stages. Default: nothing. */
  stages?: Partial<Record<StageName, StagedApiStage>>;
  /** Everything that the callbacks may do in AWS; `[]` for nothing. */
  permissions: Statement[];
  /**
   * Judges each new version before `stage` gets it: one check, or several by name. A check fails by throwing or by
   * returning anything but true or nothing; the update then fails, and both stages stay as they are. Default: none.
   */
  gate?: Check<GateTools> | Checks<GateTools>;
  /** Judges `stage` over HTTP after it moved; a failure moves it back and bars promotion. Default: none. */
  apiGate?: Check<ApiGateTools> | Checks<ApiGateTools>;
  /** Seconds that all checks of a gate together may take, 1 to 870. Default 60. */
  gateTimeout?: number;
  /** Most published versions that there are after an update, however it ends; 6 to 100. Default 6. */
  keepVersions?: number;
  /** Lets `promote --canary` try a release on a part of prod's requests, watched each minute. Default false. */
  canary?: boolean | CanaryOptions;
  /** Default: everyone may call, which a public API means and the policy pack records. */
  authorization?: Authorization;
  /** Default: no other origin. */
  cors?: Cors;
  /** The account's logging role. Default: the one that the APIs of a provider share. */
  account?: ApiAccount;
}

/**
 * The versions that may be needed at once: the newest, which a gate may have refused, those of STAGE, of PROD and of
 * its canary, the last that passed its checks, and what the next rollback returns to.
 */
export const LEAST_KEPT = 6;

/** The names of the arguments beside the CallbackOptions. */
export const STAGED_API_ARGUMENTS: readonly string[] = Object.keys({
  routes: 0,
  stages: 0,
  permissions: 0,
  gate: 0,
  apiGate: 0,
  gateTimeout: 0,
  keepVersions: 0,
  canary: 0,
  authorization: 0,
  cors: 0,
  account: 0,
} satisfies Record<Exclude<keyof StagedApiArgs, keyof CallbackOptions>, 0>);

/** `GET /greeting/{name}` */
export function routeId({ method, path }: Pick<StagedRoute, "method" | "path">): string {
  return `${method} ${path}`;
}

/** Checks by name; a single one has the name of its argument. */
export function namedChecks<Tools>(
  argument: string,
  checks: Check<Tools> | Checks<Tools> | undefined,
): Checks<Tools> {
  return typeof checks === "function" ? { [argument]: checks } : (checks ?? {});
}
