// Mapping templates of a StagedApi. Pure text; API Gateway runs it.
import { pathParameters } from "../routeDefinition";
import { routeId, type StagedRoute } from "./args";
import { escaped } from "../vtl";

/** Returns the template of what the function is sent: the callback's event, wrapped with the route and the stage. */
export function requestTemplateOf(route: StagedRoute): string {
  const event = route.requestTemplate ?? defaultEvent(route);
  if (route.functionVariable !== undefined) return event;
  const head = `"callbackRoute": "${routeId(route)}", "callbackStage": "$context.stage"`;
  return `{${head}, "callbackEvent": ${event}}`;
}

/** The parameters by name, and the body if the method has one. */
function defaultEvent(route: StagedRoute): string {
  const names = [
    ...plainParameters(route.path),
    ...Object.keys(route.requestParameters ?? {}).map(parameterName),
  ];
  const members = names.map((name) => `"${name}": "${escaped(`$input.params('${name}')`)}"`);
  if (["POST", "PUT", "PATCH"].includes(route.method)) members.push(`"body": $input.json('$')`);
  return `{${members.join(", ")}}`;
}

/** Returns the names of the path's parameters, without the `+` of a greedy one. */
export function plainParameters(path: string): string[] {
  return pathParameters(path).map((name) => name.replace("+", ""));
}

/** `querystring.name` -> `name` */
function parameterName(parameter: string): string {
  return parameter.slice(parameter.indexOf(".") + 1);
}

/**
 * Returns the template of the answer; undefined passes the answer through unchanged. API Gateway treats a failure
 * without a message as a success and would return its stack trace. The API's own callbacks never fail like that, but
 * your own functions may.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html
 */
export function responseTemplateOf(route: StagedRoute): string | undefined {
  if (route.functionVariable === undefined) return route.responseTemplate;
  // The newline ends a comment on the last line of the given template.
  const otherwise = route.responseTemplate ? `${route.responseTemplate}\n` : "$input.json('$')";
  return [
    `#set($answered = $input.path('$'))`,
    // Compared as text: in a condition API Gateway treats a reference to nothing as "", which is true.
    `#if("$!answered.errorType" != "" && "$!answered.errorMessage" == "" && "$!answered.containsKey('errorMessage')" == "true")`,
    `#set($context.responseOverride.status = 500)`,
    `{"message": "Internal server error"}`,
    `#else`,
    `${otherwise}#end`,
  ].join("\n");
}

/** Statuses that a callback may answer with by throwing `new Error("[404] No such greeting")`. */
export const ERROR_STATUSES = [400, 401, 403, 404, 409, 410, 412, 422, 429] as const;

/**
 * Returns the template of an error. The client sees the text after a status that the callback chose, and nothing of any
 * other error.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html
 */
export function errorTemplate(): string {
  const cases = ERROR_STATUSES.map(
    (status, index) =>
      `${index === 0 ? "#if" : "#elseif"}($message.startsWith("[${status}]"))` +
      `#set($context.responseOverride.status = ${status})`,
  );
  return [
    `#set($message = "$!input.path('$.errorMessage')")`,
    `#set($known = true)`,
    `${cases.join("\n")}`,
    `#else#set($known = false)#end`,
    `#if($known)#set($text = $message.substring(5).trim()){"message": "${escaped("$text")}"}`,
    `#else{"message": "Internal server error"}#end`,
  ].join("\n");
}
