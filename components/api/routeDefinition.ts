import type * as aws from "@pulumi/aws";

/**
 * One method of one path as API Gateway keeps it, without ids: the resources of an API are made from it, and it is what a
 * deployment fixes. https://docs.aws.amazon.com/apigateway/latest/api/API_Method.html
 */
export interface RouteDefinition {
  /** Path with parameters in braces, such as `/comments/{pageId}`. */
  readonly path: string;
  readonly httpMethod: string;
  /** `method.request.<path | querystring | header>.<name>`, and whether a request must have it. Default: none. */
  readonly requestParameters?: Readonly<Record<string, boolean>>;
  /** JSON Schema (draft 4) that a JSON body must meet. Default: any body. */
  readonly schema?: string;
  readonly integration: Omit<aws.apigateway.IntegrationArgs, keyof MethodPlace>;
  /** Default: none, as `AWS_PROXY` wants it. */
  readonly responses?: readonly ResponseDefinition[];
  /** Logical name of the method's resources. Default: made from method and path. */
  readonly logicalName?: string;
}

/** One answer of a method: which results of the integration it stands for, and what the client gets. */
export interface ResponseDefinition {
  readonly statusCode: string;
  /** Regular expression for the integration's status or error. Default: what no other answer takes. */
  readonly selectionPattern?: string;
  /** `method.response.header.<name>` and its value, static ones in single quotes. */
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

/** Where a method stands. */
export type MethodPlace = Pick<aws.apigateway.MethodArgs, "restApi" | "resourceId" | "httpMethod">;

/** Names in braces, in order; `{proxy+}` is `proxy+`. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);
}

/** Headers of an answer by name -> the parameters of the method's response. */
export function headerParameters<T>(
  headers: Readonly<Record<string, string>>,
  parameter: (value: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [
      `method.response.header.${header}`,
      parameter(value),
    ]),
  );
}

const HEADER = "method.request.header.";

/** Headers that the methods of each path declare, by path; undefined where none does. */
export function headersByPath(
  routes: readonly RouteDefinition[],
): Record<string, string[]> | undefined {
  const declaring = routes.filter((route) => declaredHeaders(route).length > 0);
  if (declaring.length === 0) return undefined;
  const of = (path: string): string[] =>
    declaring.filter((route) => route.path === path).flatMap(declaredHeaders);
  return Object.fromEntries(declaring.map(({ path }) => [path, of(path)]));
}

/** `{ "method.request.header.X-Id": true }` -> `X-Id` */
function declaredHeaders({ requestParameters = {} }: RouteDefinition): string[] {
  return Object.keys(requestParameters)
    .filter((parameter) => parameter.startsWith(HEADER))
    .map((parameter) => parameter.slice(HEADER.length));
}
