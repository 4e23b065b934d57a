import type * as pulumi from "@pulumi/pulumi";
import { type Authorization, checkAuthorization } from "../authorization";
import { checkPaths } from "../paths";
import { CALLBACK_CHECKS, checkTogether } from "../../function/callbackOptions";
import { checkCors, type Cors } from "../cors";
import { pathParameters } from "../routeDefinition";
import { checkStatements } from "../../iam/iamPolicy";
import type { Statement } from "../../iam/statement";
import { type Throttling, THROTTLING_CHECKS } from "../stage";
import {
  LEAST_KEPT,
  METHODS,
  namedChecks,
  routeId,
  type StagedApiArgs,
  type StagedApiStage,
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
  anything,
  argumentError,
  boolean,
  checkArgs,
  type Checks,
  describedError,
  integer,
  object,
  oneOf,
  required,
  text,
} from "../../validation";

/** The stage variable that names the alias of the API's function. */
export const ALIAS_VARIABLE = "LambdaAlias";

const ROUTE_CHECKS = {
  method: required((value, place) => oneOf(METHODS)(value ?? null, place)),
  path: required(
    text(
      /^(\/|(\/([A-Za-z0-9._~-]+|\{[A-Za-z0-9_]+\+?\}))+)$/,
      "give segments like /greeting/{name}, without a slash at the end",
    ),
  ),
  callback: anything,
  callbackFactory: anything,
  functionVariable: anything,
  requestTemplate: anything,
  responseTemplate: anything,
  requestModel: anything,
  requestParameters: anything,
} satisfies Checks<StagedRoute>;

const STAGE_CHECKS = {
  functions: anything,
  variables: anything,
  throttling: object<Throttling>(THROTTLING_CHECKS),
} satisfies Checks<StagedApiStage>;

const permissions = required((value, { resource, argument }) => {
  const allowed = "list the statements that the callbacks need, or [] for none";
  if (!Array.isArray(value)) throw describedError(resource, argument, "nothing", allowed);
  checkStatements(value as Statement[], resource);
});

const CHECKS = {
  routes: required((value, { resource, argument }) => {
    if (!Array.isArray(value) || value.length === 0)
      throw argumentError(resource, argument, value, "give at least one route");
  }),
  gateTimeout: integer([1, 870], "seconds"),
  keepVersions: integer([LEAST_KEPT, 100], "versions"),
  cors: (value, { resource }) => checkCors(resource, value as Cors),
  permissions,
  authorization: (value, { resource }) => checkAuthorization(resource, value as Authorization),
  stages: object<NonNullable<StagedApiArgs["stages"]>>({
    stage: object<StagedApiStage>(STAGE_CHECKS),
    prod: object<StagedApiStage>(STAGE_CHECKS),
  }),
  gate: anything,
  apiGate: anything,
  canary: anything,
  account: anything,
  ...CALLBACK_CHECKS,
  publish: (value, { resource, argument }) => {
    if (value === false)
      throw argumentError(resource, argument, false, "aliases need versions; leave it out");
    boolean(value, { resource, argument });
  },
} satisfies Checks<StagedApiArgs>;

/** Throws a ResourceError for the first argument that Lambda or API Gateway would refuse, or that would fail later. */
export function checkStagedApi(resource: pulumi.Resource, args: StagedApiArgs): void {
  checkArgs(resource, args, CHECKS);
  checkTogether(resource, { ...args, asynchronous: args.asynchronous ?? false });
  checkGates(resource, args);
  args.routes.forEach((route, index) => checkRoute(resource, route, `routes[${index}]`));
  const ids = args.routes.map(routeId);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw argumentError(resource, "routes", twice, "each method of a path may be given once");
  checkPaths(resource, args.routes);
  checkStages(resource, args);
  checkCanary(resource, args);
}

function checkGates(resource: pulumi.Resource, args: StagedApiArgs): void {
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
    throw describedError(resource, "gate", "one", "no route has a callback that it could check");
}

function checkRoute(resource: pulumi.Resource, route: StagedRoute, argument: string): void {
  checkArgs(resource, route, ROUTE_CHECKS, argument);
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
        'name them like "querystring.name" or "header.X-Name", with true if they are required',
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
  if (key === undefined || key === "functionVariable") return;
  const code = route[key];
  if (typeof code !== "function")
    throw describedError(resource, `${argument}.${key}`, typeof code, "give a function");
  if (key === "callback" && code.length > 2)
    throw describedError(
      resource,
      `${argument}.callback`,
      "a function with a third parameter",
      "Lambda no longer supports callback parameters: return a promise",
    );
}

function checkStages(resource: pulumi.Resource, args: StagedApiArgs): void {
  for (const stage of Object.keys(STAGES) as StageName[]) {
    const argument = `stages.${stage}`;
    const { functions = {}, variables = {} } = args.stages?.[stage] ?? {};
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
  }
  checkVariables(resource, args);
}

/**
 * Checks the stage variables. A stage variable hides which function an integration calls, so a wrong one would only
 * show as a 500 at the first request.
 */
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
