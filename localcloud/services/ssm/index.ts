import { without } from "../../codec";
import { constraints } from "../../constraints/ssm";
import type { ServiceDefinition } from "../../core/service";
import { deleteParameter, deleteParameters } from "./operations/deleteParameter";
import { describeParameters } from "./operations/describeParameters";
import { getParameter, getParameters } from "./operations/getParameter";
import { getParameterHistory } from "./operations/getParameterHistory";
import { getParametersByPath } from "./operations/getParametersByPath";
import { labelParameterVersion, unlabelParameterVersion } from "./operations/labels";
import { putParameter } from "./operations/putParameter";
import { createSsmStore, type SsmStore } from "./store";
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from "./operations/tags";

/** AWS Systems Manager: Parameter Store. Absent: everything else, parameter policies, sharing. */
export const ssm: ServiceDefinition<SsmStore> = {
  name: "ssm",
  signingName: "ssm",
  iamPrefix: "ssm",
  sdk: () => require("@aws-sdk/client-ssm") as object,
  // A wrong filter has errors of its own.
  constraints: () => ({ table: without(constraints(), "ParameterStringFilter") }),
  createStore: createSsmStore,
  operations: {
    AddTagsToResource: addTagsToResource,
    DeleteParameter: deleteParameter,
    DeleteParameters: deleteParameters,
    DescribeParameters: describeParameters,
    GetParameter: getParameter,
    GetParameterHistory: getParameterHistory,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    LabelParameterVersion: labelParameterVersion,
    ListTagsForResource: listTagsForResource,
    PutParameter: putParameter,
    RemoveTagsFromResource: removeTagsFromResource,
    UnlabelParameterVersion: unlabelParameterVersion,
  },
  // The recorder sees no types: the value of a plain parameter is left out with those of secrets.
  secretInputs: { PutParameter: ["Value"] },
};
