import type { ContentHandlingStrategy, Integration } from "@aws-sdk/client-api-gateway";
import { badRequest, unsupportedOption } from "./apiErrors";
import { listRule, mapRule } from "./mapPatch";
import { replaceText, toBoolean, toInteger, type PatchRule } from "./patch";

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateIntegration-Patch */
export const integrationRules: readonly PatchRule<Integration>[] = [
  replaceText("/httpMethod", (integration, value) => {
    integration.httpMethod = value;
  }),
  replaceText("/uri", (integration, value) => {
    integration.uri = value;
  }),
  replaceText("/credentials", (integration, value) => {
    integration.credentials = value === "" ? undefined : value;
  }),
  replaceText("/passthroughBehavior", (integration, value) => {
    integration.passthroughBehavior = value?.toUpperCase();
  }),
  {
    path: "/contentHandling",
    ops: ["replace", "remove"],
    apply: (integration, { op, value }) => {
      integration.contentHandling =
        op === "remove" || value === "" ? undefined : contentHandling(value);
    },
  },
  replaceText("/timeoutInMillis", (integration, value) => {
    integration.timeoutInMillis = toInteger(value, "Invalid timeoutInMillis specified");
  }),
  replaceText("/cacheNamespace", (integration, value) => {
    integration.cacheNamespace = value;
  }),
  replaceText("/connectionType", (_integration, value) => {
    if (value !== "INTERNET") throw unsupportedOption(`connectionType ${value}`);
  }),
  replaceText("/tlsConfig/insecureSkipVerification", (integration, value) => {
    integration.tlsConfig = { insecureSkipVerification: toBoolean(value) };
  }),
  listRule("/cacheKeyParameters", {
    read: (integration) => integration.cacheKeyParameters,
    write: (integration, list) => {
      integration.cacheKeyParameters = list ?? [];
    },
  }),
  mapRule("/requestParameters", {
    read: (integration) => integration.requestParameters,
    write: (integration, map) => {
      integration.requestParameters = map;
    },
    parse: (value) => value ?? "",
    missing: "Invalid parameter name specified",
  }),
  mapRule("/requestTemplates", {
    read: (integration) => integration.requestTemplates,
    write: (integration, map) => {
      integration.requestTemplates = map;
    },
    parse: (value) => value ?? "",
    missing: "Content-Type specified was not found",
  }),
];

export function contentHandling(value: string | undefined): ContentHandlingStrategy {
  if (value !== "CONVERT_TO_BINARY" && value !== "CONVERT_TO_TEXT")
    throw badRequest(
      "Invalid contentHandling specified. Valid options are CONVERT_TO_BINARY,CONVERT_TO_TEXT",
    );
  return value;
}
