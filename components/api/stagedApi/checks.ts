import type * as pulumi from "@pulumi/pulumi";
import { checkAuthorization } from "../authorization";
import { checkPaths } from "../paths";
import { CALLBACK_OPTIONS } from "../../function/callbackOptions";
import { checkCors } from "../cors";
import { pathParameters } from "../dynamoProxy/args";
import { checkStatements } from "../../iam/iamPolicy";
import {
  LEAST_KEPT,
  METHODS,
  namedChecks,
  routeId,
  STAGED_API_ARGUMENTS,
  type StagedApiArgs,
  type StagedRoute,
  type StageName,
  STAGES,
} from "./args";
import { checkCanary } from "./canary";
import { requestTemplateOf } from "./templates";
import {
  isStageVariableValue,
  stageVariablesIn,
  type StageVariableUse,
  undefinedUses,
} from "../stageVariables";
import {
  argumentError,
  checkInteger,
  checkKeys,
  checkOneOf,
  describedError,
} from "../../validation";

/** The stage variable that names the alias of the API's function. */
export const ALIAS_VARIABLE = "LambdaAlias";

const ROUTE_KEYS = Object.keys({
  method: 0,
  path: 0,
  callback: 0,
  callbackFactory: 0,
  functionVariable: 0,
  requestTemplate: 0,
  responseTemplate: 0,
  requestModel: 0,
  requestParameters: 0,
} satisfies Record<keyof StagedRoute, 0>);

/** Throws a ResourceError for the first argument that Lambda or API Gateway would refuse, or fail on later. */
export function checkStagedApi(resource: pulumi.Resource, args: StagedApiArgs): void {
  checkKeys(resource, args, [...STAGED_API_ARGUMENTS, ...CALLBACK_OPTIONS]);
  checkOptions(resource, args);
  if (!Array.isArray(args.routes) || args.routes.length === 0)
    throw argumentError(resource, "routes", args.routes, "give at least one route");
  args.routes.forEach((route, index) => checkRoute(resource, route, `routes[${index}]`));
  const ids = args.routes.map(routeId);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw argumentError(resource, "routes", twice, "each method of a path may be given once");
  checkPaths(resource, args.routes);
  checkStages(resource, args);
  checkCanary(resource, args);
}

function checkOptions(resource: pulumi.Resource, args: StagedApiArgs): void {
  checkInteger(resource, "gateTimeout", args.gateTimeout, [1, 870], "seconds");
  checkInteger(resource, "keepVersions", args.keepVersions, [LEAST_KEPT, 100], "versions");
  checkCors(resource, args.cors);
  if (!Array.isArray(args.permissions))
    throw describedError(
      resource,
      "permissions",
      "nothing",
      "list the statements that the callbacks need, or [] for none",
    );
  checkStatements(args.permissions, resource);
  if (args.publish === false)
    throw argumentError(resource, "publish", false, "aliases need versions; leave it out");
  checkAuthorization(resource, args.authorization);
  for (const argument of ["gate", "apiGate"] as const)
    for (const [name, check] of Object.entries(namedChecks<never>(argument, args[argument])))
      if (typeof check !== "function")
        throw describedError(
          resource,
          name === argument ? argument : `${argument}.${name}`,
          typeof check,
          "give a function",
        );
  if (args.gate !== undefined && args.routes.every(({ functionVariable }) => functionVariable))
    throw describedError(resource, "gate", "one", "no route has a callback that it could judge");
}

function checkRoute(resource: pulumi.Resource, route: StagedRoute, argument: string): void {
  checkKeys(resource, route, ROUTE_KEYS, argument);
  checkOneOf(resource, `${argument}.method`, route.method ?? null, METHODS);
  if (!/^(\/|(\/([A-Za-z0-9._~-]+|\{[A-Za-z0-9_]+\+?\}))+)$/.test(route.path))
    throw argumentError(
      resource,
      `${argument}.path`,
      route.path,
      "give segments like /greeting/{name}, without a slash at the end",
    );
  const twice = pathParameters(route.path).find((name, index, all) => all.indexOf(name) !== index);
  if (twice !== undefined)
    throw argumentError(resource, `${argument}.path`, route.path, `'{${twice}}' is there twice`);
  checkCode(resource, route, argument);
  for (const [name, required] of Object.entries(route.requestParameters ?? {}))
    if (!/^(querystring|header)\.[A-Za-z0-9_-]+$/.test(name) || typeof required !== "boolean")
      throw argumentError(
        resource,
        `${argument}.requestParameters`,
        { [name]: required },
        'name them like "querystring.name" or "header.X-Name", with true if they must be there',
      );
}

function checkCode(resource: pulumi.Resource, route: StagedRoute, argument: string): void {
  const given = (["callback", "callbackFactory", "functionVariable"] as const).filter(
    (key) => route[key] !== undefined,
  );
  if (given.length !== 1)
    throw describedError(
      resource,
      argument,
      given.join(" and ") || "no code",
      "give one of callback, callbackFactory and functionVariable",
    );
  const [key] = given;
  if (key === "functionVariable") return;
  const code = route[key];
  if (typeof code !== "function")
    throw describedError(resource, `${argument}.${key}`, typeof code, "give a function");
  if (key === "callback" && code.length > 2)
    throw describedError(
      resource,
      `${argument}.callback`,
      "a function with a third parameter",
      "Lambda calls none back any more: return a promise",
    );
}

function checkStages(resource: pulumi.Resource, args: StagedApiArgs): void {
  checkKeys(resource, args.stages ?? {}, Object.keys(STAGES), "stages");
  for (const stage of Object.keys(STAGES) as StageName[]) {
    const argument = `stages.${stage}`;
    const { functions = {}, variables = {}, throttling } = args.stages?.[stage] ?? {};
    const allowed = ["functions", "variables", "throttling"];
    checkKeys(resource, args.stages?.[stage] ?? {}, allowed, argument);
    for (const name of [...Object.keys(functions), ...Object.keys(variables)])
      if (!/^[A-Za-z0-9_]+$/.test(name) || name === ALIAS_VARIABLE)
        throw argumentError(
          resource,
          argument,
          name,
          `names have letters, digits and _; ${ALIAS_VARIABLE} is the component's own`,
        );
    const both = Object.keys(functions).find((name) => Object.hasOwn(variables, name));
    if (both !== undefined)
      throw argumentError(
        resource,
        `${argument}.variables`,
        both,
        `${argument}.functions has it too, and a stage has one variable of a name; ` +
          "leave it out here, since the component makes it of the function's name",
      );
    for (const [name, value] of Object.entries(variables))
      if (typeof value === "string" && !isStageVariableValue(value))
        throw argumentError(
          resource,
          `${argument}.variables.${name}`,
          value,
          "allowed are 1 to 512 letters, digits and -._~:/?#&=,",
        );
    checkInteger(
      resource,
      `${argument}.throttling.rateLimit`,
      throttling?.rateLimit,
      [1, 10_000],
      "requests",
    );
    checkInteger(
      resource,
      `${argument}.throttling.burstLimit`,
      throttling?.burstLimit,
      [1, 5_000],
      "requests",
    );
  }
  checkVariables(resource, args);
}

/** A stage variable hides what an integration calls: what would be a 500 at the first request is told here. */
function checkVariables(resource: pulumi.Resource, args: StagedApiArgs): void {
  for (const [index, { functionVariable }] of args.routes.entries()) {
    if (functionVariable === undefined) continue;
    for (const stage of Object.keys(STAGES) as StageName[]) {
      const { functions = {}, variables = {} } = args.stages?.[stage] ?? {};
      if (Object.hasOwn(functions, functionVariable)) continue;
      const because = Object.hasOwn(variables, functionVariable)
        ? `stages.${stage}.variables has only its name: API Gateway would have no permission for that function`
        : `stage '${stage}' has no such function`;
      throw argumentError(
        resource,
        `routes[${index}].functionVariable`,
        functionVariable,
        `${because}, and each request would be answered with 500; give the function in ` +
          `stages.${stage}.functions, which also makes its permission`,
      );
    }
  }
  const uses = args.routes.flatMap((route, index): StageVariableUse[] => [
    ...variableUses(`routes[${index}].requestTemplate`, requestTemplateOf(route)),
    ...variableUses(`routes[${index}].responseTemplate`, route.responseTemplate ?? ""),
  ]);
  const [missing] = undefinedUses(uses, {
    stage: definedVariables(args, "stage"),
    prod: definedVariables(args, "prod"),
  });
  if (missing)
    throw argumentError(
      resource,
      missing.use.argument,
      `\${stageVariables.${missing.use.variable}}`,
      `stage '${missing.stage}' does not define it, and API Gateway would put nothing in its place; ` +
        `add it to stages.${missing.stage}.variables`,
    );
}

function variableUses(argument: string, text: string): StageVariableUse[] {
  return stageVariablesIn(text).map((variable) => ({ argument, variable }));
}

function definedVariables(args: StagedApiArgs, stage: StageName): string[] {
  const { functions = {}, variables = {} } = args.stages?.[stage] ?? {};
  return [ALIAS_VARIABLE, ...Object.keys(functions), ...Object.keys(variables)];
}
