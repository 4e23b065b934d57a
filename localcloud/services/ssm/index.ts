import { without } from "../../codec";
import { constraints } from "../../constraints/ssm";
import type { ServiceDefinition } from "../../core/service";
import { agentControl } from "./commands/agents";
import { describeInstanceInformation } from "./commands/describeInstanceInformation";
import {
  cancelCommand,
  getCommandInvocation,
  listCommandInvocations,
  listCommands,
} from "./commands/readCommands";
import { sendCommand } from "./commands/sendCommand";
import { deleteParameter, deleteParameters } from "./operations/deleteParameter";
import { describeParameters } from "./operations/describeParameters";
import { getParameter, getParameters } from "./operations/getParameter";
import { getParameterHistory } from "./operations/getParameterHistory";
import { getParametersByPath } from "./operations/getParametersByPath";
import { labelParameterVersion, unlabelParameterVersion } from "./operations/labels";
import { putParameter } from "./operations/putParameter";
import { saving } from "./saving";
import { createSsmStore, type SsmStore } from "./store";
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from "./operations/tags";

/**
 * AWS Systems Manager: Parameter Store, and Run Command with the document AWS-RunShellScript. Not supported:
 * everything else, parameter policies, sharing.
 */
export const ssm: ServiceDefinition<SsmStore> = {
  name: "ssm",
  signingName: "ssm",
  iamPrefix: "ssm",
  sdk: () => require("@aws-sdk/client-ssm") as object,
  // Invalid filters have their own errors.
  constraints: () => ({ table: without(constraints(), "ParameterStringFilter") }),
  createStore: createSsmStore,
  saving,
  controls: { agent: agentControl },
  operations: {
    AddTagsToResource: addTagsToResource,
    CancelCommand: cancelCommand,
    DeleteParameter: deleteParameter,
    DeleteParameters: deleteParameters,
    DescribeInstanceInformation: describeInstanceInformation,
    DescribeParameters: describeParameters,
    GetCommandInvocation: getCommandInvocation,
    GetParameter: getParameter,
    GetParameterHistory: getParameterHistory,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    LabelParameterVersion: labelParameterVersion,
    ListCommandInvocations: listCommandInvocations,
    ListCommands: listCommands,
    ListTagsForResource: listTagsForResource,
    PutParameter: putParameter,
    RemoveTagsFromResource: removeTagsFromResource,
    SendCommand: sendCommand,
    UnlabelParameterVersion: unlabelParameterVersion,
  },
  // The recorder does not know types, so it omits the value of plain parameters as well as of secrets.
  secretInputs: { PutParameter: ["Value"] },
};
