import type { ResourceType } from "../../types";
import { authorizer, apiKey } from "./access";
import { account } from "./account";
import { deployment } from "./deployment";
import { integration, integrationResponse } from "./integrations";
import { method, methodResponse } from "./methods";
import { model, requestValidator, gatewayResponse } from "./models";
import { resource } from "./resource";
import { restApi } from "./restApi";
import { stage, methodSettings } from "./stages";
import { usagePlan, usagePlanKey } from "./usagePlans";

export const API_GATEWAY_RESOURCES: readonly ResourceType[] = [
  restApi,
  resource,
  deployment,
  account,
  authorizer,
  apiKey,
  usagePlan,
  usagePlanKey,
  model,
  requestValidator,
  gatewayResponse,
  method,
  methodResponse,
  integration,
  integrationResponse,
  stage,
  methodSettings,
];
