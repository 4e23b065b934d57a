import type { ResourceType } from "../../types";
import { alias } from "./alias";
import { eventInvokeConfig } from "./eventInvokeConfig";
import { eventSourceMapping } from "./eventSourceMapping";
import { lambdaFunction } from "./function";
import { functionUrl } from "./functionUrl";
import { invocation } from "./invocation";
import { permission } from "./permission";

export const LAMBDA_RESOURCES: readonly ResourceType[] = [
  lambdaFunction,
  alias,
  permission,
  eventInvokeConfig,
  eventSourceMapping,
  functionUrl,
  invocation,
];
