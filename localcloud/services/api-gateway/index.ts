import { inputRules } from "./model/inputRules";
import type { ServiceDefinition } from "../../core/service";
import { getAccount, updateAccount } from "./operations/account";
import * as apiKeys from "./operations/apiKeys";
import * as authorizers from "./operations/authorizers";
import * as deployments from "./operations/deployments";
import * as gatewayResponses from "./operations/gatewayResponses";
import * as integrationResponses from "./operations/integrationResponses";
import * as integrations from "./operations/integrations";
import * as methodResponses from "./operations/methodResponses";
import * as methods from "./operations/methods";
import * as models from "./operations/models";
import * as requestValidators from "./operations/requestValidators";
import * as resources from "./operations/resources";
import * as restApis from "./operations/restApis";
import * as stages from "./operations/stages";
import { getTags, tagResource, untagResource } from "./operations/tags";
import * as usagePlanKeys from "./operations/usagePlanKeys";
import * as usagePlans from "./operations/usagePlans";
import { invokeRoute } from "./dataPlane/invokeRoute";
import { saving } from "./saving";
import { ApiGatewayStore } from "./store";

/** Amazon API Gateway, REST APIs (v1): the control plane, and a route for the stages' invoke URLs. */
export const apiGateway: ServiceDefinition<ApiGatewayStore> = {
  name: "api-gateway",
  signingName: "apigateway",
  iamPrefix: "apigateway",
  sdk: () => require("@aws-sdk/client-api-gateway") as object,
  constraints: inputRules,
  createStore: ({ accountId }) => new ApiGatewayStore(accountId),
  saving,
  operations: {
    CreateRestApi: restApis.createRestApi,
    GetRestApi: restApis.getRestApi,
    GetRestApis: restApis.getRestApis,
    UpdateRestApi: restApis.updateRestApi,
    DeleteRestApi: restApis.deleteRestApi,
    CreateResource: resources.createResource,
    GetResource: resources.getResource,
    GetResources: resources.getResources,
    UpdateResource: resources.updateResource,
    DeleteResource: resources.deleteResource,
    PutMethod: methods.putMethod,
    GetMethod: methods.getMethod,
    UpdateMethod: methods.updateMethod,
    DeleteMethod: methods.deleteMethod,
    PutMethodResponse: methodResponses.putMethodResponse,
    GetMethodResponse: methodResponses.getMethodResponse,
    UpdateMethodResponse: methodResponses.updateMethodResponse,
    DeleteMethodResponse: methodResponses.deleteMethodResponse,
    PutIntegration: integrations.putIntegration,
    GetIntegration: integrations.getIntegration,
    UpdateIntegration: integrations.updateIntegration,
    DeleteIntegration: integrations.deleteIntegration,
    PutIntegrationResponse: integrationResponses.putIntegrationResponse,
    GetIntegrationResponse: integrationResponses.getIntegrationResponse,
    UpdateIntegrationResponse: integrationResponses.updateIntegrationResponse,
    DeleteIntegrationResponse: integrationResponses.deleteIntegrationResponse,
    CreateModel: models.createModel,
    GetModel: models.getModel,
    GetModels: models.getModels,
    UpdateModel: models.updateModel,
    DeleteModel: models.deleteModel,
    CreateRequestValidator: requestValidators.createRequestValidator,
    GetRequestValidator: requestValidators.getRequestValidator,
    GetRequestValidators: requestValidators.getRequestValidators,
    UpdateRequestValidator: requestValidators.updateRequestValidator,
    DeleteRequestValidator: requestValidators.deleteRequestValidator,
    CreateAuthorizer: authorizers.createAuthorizer,
    GetAuthorizer: authorizers.getAuthorizer,
    GetAuthorizers: authorizers.getAuthorizers,
    UpdateAuthorizer: authorizers.updateAuthorizer,
    DeleteAuthorizer: authorizers.deleteAuthorizer,
    FlushStageAuthorizersCache: authorizers.flushStageAuthorizersCache,
    CreateDeployment: deployments.createDeployment,
    GetDeployment: deployments.getDeployment,
    GetDeployments: deployments.getDeployments,
    UpdateDeployment: deployments.updateDeployment,
    DeleteDeployment: deployments.deleteDeployment,
    CreateStage: stages.createStage,
    GetStage: stages.getStage,
    GetStages: stages.getStages,
    UpdateStage: stages.updateStage,
    DeleteStage: stages.deleteStage,
    FlushStageCache: stages.flushStageCache,
    PutGatewayResponse: gatewayResponses.putGatewayResponse,
    GetGatewayResponse: gatewayResponses.getGatewayResponse,
    GetGatewayResponses: gatewayResponses.getGatewayResponses,
    UpdateGatewayResponse: gatewayResponses.updateGatewayResponse,
    DeleteGatewayResponse: gatewayResponses.deleteGatewayResponse,
    CreateApiKey: apiKeys.createApiKey,
    GetApiKey: apiKeys.getApiKey,
    GetApiKeys: apiKeys.getApiKeys,
    UpdateApiKey: apiKeys.updateApiKey,
    DeleteApiKey: apiKeys.deleteApiKey,
    CreateUsagePlan: usagePlans.createUsagePlan,
    GetUsagePlan: usagePlans.getUsagePlan,
    GetUsagePlans: usagePlans.getUsagePlans,
    UpdateUsagePlan: usagePlans.updateUsagePlan,
    DeleteUsagePlan: usagePlans.deleteUsagePlan,
    CreateUsagePlanKey: usagePlanKeys.createUsagePlanKey,
    GetUsagePlanKey: usagePlanKeys.getUsagePlanKey,
    GetUsagePlanKeys: usagePlanKeys.getUsagePlanKeys,
    DeleteUsagePlanKey: usagePlanKeys.deleteUsagePlanKey,
    GetUsage: usagePlanKeys.getUsage,
    GetAccount: getAccount,
    UpdateAccount: updateAccount,
    TagResource: tagResource,
    UntagResource: untagResource,
    GetTags: getTags,
  },
  secretInputs: { CreateApiKey: ["value"] },
  routes: [invokeRoute],
};
