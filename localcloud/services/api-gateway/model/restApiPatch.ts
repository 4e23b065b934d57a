import type { EndpointType, RestApi } from "@aws-sdk/client-api-gateway";
import { badRequest } from "./apiErrors";
import { listRule } from "./mapPatch";
import { replaceText, toBoolean, type PatchRule } from "./patch";

const MAX_COMPRESSION_SIZE = 10_485_760;
const COMPRESSION_MESSAGE = "Invalid minimum compression size, must be between 0 and 10485760";

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateRestApi-Patch */
export const restApiRules: readonly PatchRule<RestApi>[] = [
  replaceText("/name", (api, value) => {
    if (!value) throw badRequest("API name is required");
    api.name = value;
  }),
  replaceText("/description", (api, value) => {
    api.description = value === "" ? undefined : value;
  }),
  replaceText("/version", (api, value) => {
    api.version = value;
  }),
  replaceText("/apiKeySource", (api, value) => {
    if (value !== "HEADER" && value !== "AUTHORIZER")
      throw badRequest("Invalid API key source specified. Valid options are HEADER,AUTHORIZER");
    api.apiKeySource = value;
  }),
  replaceText("/minimumCompressionSize", (api, value) => {
    api.minimumCompressionSize =
      value === undefined || value === ""
        ? undefined
        : checkCompressionSize(/^-?\d+$/.test(value) ? Number(value) : NaN);
  }),
  replaceText("/policy", (api, value) => {
    api.policy = value === undefined || value === "" ? undefined : normalizePolicy(value);
  }),
  replaceText("/disableExecuteApiEndpoint", (api, value) => {
    api.disableExecuteApiEndpoint = toBoolean(value);
  }),
  listRule("/binaryMediaTypes", {
    read: (api) => api.binaryMediaTypes,
    write: (api, list) => {
      api.binaryMediaTypes = list;
    },
  }),
  {
    path: "/endpointConfiguration/types/{}",
    ops: ["add", "remove", "replace"],
    apply: (api, { value }) => {
      api.endpointConfiguration = { ...api.endpointConfiguration, types: [endpointType(value)] };
      if (value === "PRIVATE") api.endpointConfiguration.ipAddressType = "dualstack";
    },
  },
  replaceText("/endpointConfiguration/ipAddressType", (api, value) => {
    if (value !== "ipv4" && value !== "dualstack")
      throw badRequest("ipAddressType must be either ipv4 or dualstack.");
    if (value === "ipv4" && api.endpointConfiguration?.types?.includes("PRIVATE"))
      throw badRequest("Only dualstack ipAddressType is supported for Private APIs.");
    api.endpointConfiguration = { ...api.endpointConfiguration, ipAddressType: value };
  }),
];

export function checkCompressionSize(size: number): number {
  if (!(size >= 0 && size <= MAX_COMPRESSION_SIZE)) throw badRequest(COMPRESSION_MESSAGE);
  return size;
}

/** Checks that the text is a policy document, and removes white space between tokens as AWS does. */
export function normalizePolicy(text: string): string {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === "object" && policy !== null && "Statement" in policy)
      return JSON.stringify(policy);
  } catch {
    // Text that is not JSON is refused like any other invalid policy.
  }
  throw badRequest(
    "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
  );
}

function endpointType(value: string | undefined): EndpointType {
  if (value !== "REGIONAL" && value !== "EDGE" && value !== "PRIVATE")
    throw badRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE");
  return value;
}
