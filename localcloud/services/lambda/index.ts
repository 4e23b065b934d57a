import { without } from "../../codec";
import { constraints } from "../../constraints/lambda";
import type { ServiceDefinition } from "../../core/service";
import * as account from "./operations/account";
import * as aliases from "./operations/aliases";
import { downloadRoute } from "./model/codeDownloads";
import * as concurrency from "./operations/concurrency";
import { createFunction } from "./operations/createFunction";
import * as eventInvokeConfig from "./operations/eventInvokeConfig";
import * as eventSourceMappings from "./operations/eventSourceMappings";
import * as functionUrls from "./operations/functionUrls";
import * as functions from "./operations/getFunction";
import { invoke } from "./operations/invoke";
import { invokeWithResponseStream } from "./operations/invokeWithResponseStream";
import { addPermission, getPolicy, removePermission } from "./operations/permissions";
import { listVersionsByFunction, publishVersion } from "./operations/publishVersion";
import { stateControl } from "./stateControl";
import { saving } from "./saving";
import { LambdaStore } from "./store";
import { listTags, tagResource, untagResource } from "./operations/tags";
import { urlRoute } from "./url/urlRoute";
import { updateFunctionCode, updateFunctionConfiguration } from "./operations/updateFunction";

/** AWS Lambda: functions really run, in Node.js or Python processes that load the deployed zip. */
export const lambda: ServiceDefinition<LambdaStore> = {
  name: "lambda",
  signingName: "lambda",
  iamPrefix: "lambda",
  sdk: () => require("@aws-sdk/client-lambda") as object,
  // settings.ts and aliases.ts have their own messages for these parameters.
  constraints: () => ({
    table: without(
      constraints(),
      "AliasRoutingConfiguration",
      "CreateFunctionRequest.Runtime",
      "UpdateFunctionConfigurationRequest.Runtime",
    ),
  }),
  createStore: (scope) => new LambdaStore(scope),
  saving,
  stop: (store) => store.stop(),
  routes: [downloadRoute, urlRoute],
  controls: { functionStates: stateControl },
  operations: {
    CreateFunction: createFunction,
    GetFunction: functions.getFunction,
    GetFunctionConfiguration: functions.getFunctionConfiguration,
    ListFunctions: functions.listFunctions,
    DeleteFunction: functions.deleteFunction,
    UpdateFunctionCode: updateFunctionCode,
    UpdateFunctionConfiguration: updateFunctionConfiguration,
    PublishVersion: publishVersion,
    ListVersionsByFunction: listVersionsByFunction,
    CreateAlias: aliases.createAlias,
    GetAlias: aliases.getAlias,
    UpdateAlias: aliases.updateAlias,
    DeleteAlias: aliases.deleteAlias,
    ListAliases: aliases.listAliases,
    AddPermission: addPermission,
    RemovePermission: removePermission,
    GetPolicy: getPolicy,
    PutFunctionConcurrency: concurrency.putFunctionConcurrency,
    GetFunctionConcurrency: concurrency.getFunctionConcurrency,
    DeleteFunctionConcurrency: concurrency.deleteFunctionConcurrency,
    PutFunctionEventInvokeConfig: eventInvokeConfig.putFunctionEventInvokeConfig,
    GetFunctionEventInvokeConfig: eventInvokeConfig.getFunctionEventInvokeConfig,
    UpdateFunctionEventInvokeConfig: eventInvokeConfig.updateFunctionEventInvokeConfig,
    DeleteFunctionEventInvokeConfig: eventInvokeConfig.deleteFunctionEventInvokeConfig,
    ListFunctionEventInvokeConfigs: eventInvokeConfig.listFunctionEventInvokeConfigs,
    CreateFunctionUrlConfig: functionUrls.createFunctionUrlConfig,
    GetFunctionUrlConfig: functionUrls.getFunctionUrlConfig,
    UpdateFunctionUrlConfig: functionUrls.updateFunctionUrlConfig,
    DeleteFunctionUrlConfig: functionUrls.deleteFunctionUrlConfig,
    ListFunctionUrlConfigs: functionUrls.listFunctionUrlConfigs,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTags: listTags,
    GetAccountSettings: account.getAccountSettings,
    GetFunctionCodeSigningConfig: account.getFunctionCodeSigningConfig,
    GetRuntimeManagementConfig: account.getRuntimeManagementConfig,
    GetFunctionRecursionConfig: account.getFunctionRecursionConfig,
    PutFunctionRecursionConfig: account.putFunctionRecursionConfig,
    CreateEventSourceMapping: eventSourceMappings.createEventSourceMapping,
    GetEventSourceMapping: eventSourceMappings.getEventSourceMapping,
    UpdateEventSourceMapping: eventSourceMappings.updateEventSourceMapping,
    DeleteEventSourceMapping: eventSourceMappings.deleteEventSourceMapping,
    ListEventSourceMappings: eventSourceMappings.listEventSourceMappings,
    Invoke: invoke,
    InvokeWithResponseStream: invokeWithResponseStream,
  },
  secretInputs: { CreateFunction: ["Environment"], UpdateFunctionConfiguration: ["Environment"] },
};
