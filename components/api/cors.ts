import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../validation";
import { headerParameters } from "./routeDefinition";

/** Which pages of other origins may call an API from a browser. */
export interface Cors {
  /** One origin (`https://example.com`), or `*` for any. */
  allowOrigin: string;
  /** Seconds that a browser caches the preflight answer. Default 600. */
  maxAge?: number;
}

/** Refuses origins that a browser would never send. */
export function checkCors(resource: pulumi.Resource, cors: Cors | undefined): void {
  if (!cors || /^(\*|https?:\/\/[a-z0-9.-]+(:\d+)?)$/.test(cors.allowOrigin)) return;
  throw argumentError(
    resource,
    "cors.allowOrigin",
    cors.allowOrigin,
    "allowed are * and one origin such as https://example.com, without a path",
  );
}

/** Returns the CORS header for every answer of a method. API Gateway wants static values in single quotes. */
export function corsHeader(cors: Cors | undefined): Record<string, string> {
  return cors ? { "Access-Control-Allow-Origin": `'${cors.allowOrigin}'` } : {};
}

/** Headers that a page may always send, besides those that browsers send without a preflight. */
const ALLOWED_HEADERS = ["Content-Type", "Authorization", "X-Api-Key"];

/** Returns the allowed headers and those of one path, each once: header names are case-insensitive. */
function allowedHeaders(own: readonly string[]): string[] {
  const all = [...ALLOWED_HEADERS, ...own];
  const names = all.map((header) => header.toLowerCase());
  return all.filter((header, index) => names.indexOf(header.toLowerCase()) === index);
}

/** Creates the preflight of one path; API Gateway itself answers it. */
export function createPreflight(
  name: string,
  args: {
    restApi: pulumi.Input<string>;
    resourceId: pulumi.Input<string>;
    methods: readonly string[];
    /** Headers that the path's methods declare. Default: none. */
    headers?: readonly string[];
    cors: Cors;
  },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const at = { restApi: args.restApi, resourceId: args.resourceId, httpMethod: "OPTIONS" };
  const headers: Record<string, string> = {
    ...corsHeader(args.cors),
    "Access-Control-Allow-Methods": `'${[...args.methods, "OPTIONS"].join(",")}'`,
    "Access-Control-Allow-Headers": `'${allowedHeaders(args.headers ?? []).join(",")}'`,
    "Access-Control-Max-Age": `'${args.cors.maxAge ?? 600}'`,
  };
  const method = new aws.apigateway.Method(name, { ...at, authorization: "NONE" }, opts);
  const response = new aws.apigateway.MethodResponse(
    name,
    { ...at, statusCode: "204", responseParameters: headerParameters(headers, () => true) },
    { ...opts, dependsOn: [method] },
  );
  const integration = new aws.apigateway.Integration(
    name,
    {
      ...at,
      type: "MOCK",
      passthroughBehavior: "NEVER",
      requestTemplates: { "application/json": '{"statusCode": 204}' },
    },
    { ...opts, dependsOn: [method] },
  );
  const mapped = new aws.apigateway.IntegrationResponse(
    name,
    { ...at, statusCode: "204", responseParameters: headerParameters(headers, (value) => value) },
    { ...opts, dependsOn: [integration, response] },
  );
  return [method, response, integration, mapped];
}
