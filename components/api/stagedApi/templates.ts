// Mapping templates of a StagedApi. Pure text; API Gateway runs it.
import { pathParameters } from "../dynamoProxy/args";
import { routeId, type StagedRoute } from "./args";
import { escaped } from "../vtl";

/** What the function is sent: the callback's event, with the route and the stage around it. */
export function requestTemplateOf(route: StagedRoute): string {
  const event = route.requestTemplate ?? defaultEvent(route);
  if (route.functionVariable !== undefined) return event;
  const head = `"callbackRoute": "${routeId(route)}", "callbackStage": "$context.stage"`;
  return `{${head}, "callbackEvent": ${event}}`;
}

/** The parameters by name, and the body where the method has one. */
function defaultEvent(route: StagedRoute): string {
  const names = [
    ...plainParameters(route.path),
    ...Object.keys(route.requestParameters ?? {}).map(parameterName),
  ];
  const members = names.map((name) => `"${name}": "${escaped(`$input.params('${name}')`)}"`);
  if (["POST", "PUT", "PATCH"].includes(route.method)) members.push(`"body": $input.json('$')`);
  return `{${members.join(", ")}}`;
}

/** Names of the path's parameters, without the `+` of a greedy one. */
export function plainParameters(path: string): string[] {
  return pathParameters(path).map((name) => name.replace("+", ""));
}

/** `querystring.name` -> `name` */
function parameterName(parameter: string): string {
  return parameter.slice(parameter.indexOf(".") + 1);
}

/**
 * What the client gets of an answer; undefined = the answer as it is. A failure without a message reaches API Gateway
 * like a success, stack trace and all. The callbacks of the API itself never end so, but a function of one's own may.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html
 */
export function responseTemplateOf(route: StagedRoute): string | undefined {
  if (route.functionVariable === undefined) return route.responseTemplate;
  // A comment at the end of a template ends with its line.
  const otherwise = route.responseTemplate ? `${route.responseTemplate}\n` : "$input.json('$')";
  return [
    `#set($answered = $input.path('$'))`,
    `#if($answered.errorType && $answered.errorMessage == "")`,
    `#set($context.responseOverride.status = 500)`,
    `{"message": "Internal server error"}`,
    `#else`,
    `${otherwise}#end`,
  ].join("\n");
}

/** Statuses that a callback may answer by throwing `new Error("[404] No such greeting")`. */
export const ERROR_STATUSES = [400, 401, 403, 404, 409, 410, 412, 422, 429] as const;

/**
 * What a client learns of an error: the text after a status that the callback chose, and of any other nothing.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html
 */
export function errorTemplate(): string {
  const cases = ERROR_STATUSES.map(
    (status, index) =>
      `${index === 0 ? "#if" : "#elseif"}($message.startsWith("[${status}]"))` +
      `#set($context.responseOverride.status = ${status})`,
  );
  return [
    `#set($message = $input.path('$.errorMessage'))`,
    `#set($known = true)`,
    `${cases.join("\n")}`,
    `#else#set($known = false)#end`,
    `#if($known)#set($text = $message.substring(5).trim()){"message": "${escaped("$text")}"}`,
    `#else{"message": "Internal server error"}#end`,
  ].join("\n");
}
