import type { ResourceType } from "../types";
import { functionUrl } from "./functionUrl";
import { lambdaFunction } from "./lambdaFunction";
import { alias } from "./lambdaAlias";
import { permission } from "./lambdaPermission";
import { eventInvokeConfig } from "./eventInvokeConfig";
import { eventSourceMapping } from "./eventSourceMapping";

export const LAMBDA_RESOURCES: readonly ResourceType[] = [
  lambdaFunction,
  alias,
  permission,
  eventInvokeConfig,
  eventSourceMapping,
  functionUrl,
];
