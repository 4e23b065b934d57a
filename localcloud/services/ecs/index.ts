import { constraints } from "../../constraints/ecs";
import type { ServiceDefinition } from "../../core/service";
import * as accountSettings from "./operations/accountSettings";
import {
  createCapacityProvider,
  deleteCapacityProvider,
  describeCapacityProviders,
  updateCapacityProvider,
} from "./operations/capacityProviders";
import * as clusters from "./operations/clusters";
import { controls } from "./operations/controls";
import {
  deregisterContainerInstance,
  describeContainerInstances,
  listContainerInstances,
  updateContainerInstancesState,
} from "./operations/containerInstances";
import { createService } from "./operations/createService";
import { deleteService } from "./operations/deleteService";
import { describeServices, listServices } from "./operations/describeServices";
import { listTaskDefinitionFamilies, listTaskDefinitions } from "./operations/listTaskDefinitions";
import { registerTaskDefinition } from "./operations/registerTaskDefinition";
import { runTask } from "./operations/runTask";
import * as serviceDeployments from "./operations/serviceDeployments";
import { saving } from "./saving";
import { EcsStore } from "./store";
import { listTagsForResource, tagResource, untagResource } from "./operations/tags";
import { getTaskProtection, updateTaskProtection } from "./operations/taskProtection";
import * as taskDefinitions from "./operations/taskDefinitions";
import { describeTasks, listTasks, stopTask } from "./operations/tasks";
import { throttles } from "./model/throttles";
import * as updateCluster from "./operations/updateCluster";
import { updateService } from "./operations/updateService";

/**
 * Amazon ECS: clusters, task definitions, services with rolling updates and the circuit breaker, tasks, container
 * instances. Not supported: task sets, blue/green deployments, Service Connect, ECS Exec, StartTask, managed scaling.
 */
export const ecs: ServiceDefinition<EcsStore> = {
  name: "ecs",
  signingName: "ecs",
  iamPrefix: "ecs",
  sdk: () => require("@aws-sdk/client-ecs") as object,
  // As in "InvalidParameterException: include should be one of [ATTACHMENTS,SETTINGS,STATISTICS,TAGS]":
  // https://github.com/hashicorp/terraform-provider-aws/issues/23342
  constraints: () => ({ table: constraints(), code: "InvalidParameterException" }),
  createStore: (scope) => new EcsStore(scope),
  saving,
  throttles,
  controls,
  operations: {
    CreateCapacityProvider: createCapacityProvider,
    CreateCluster: clusters.createCluster,
    CreateService: createService,
    DeleteCapacityProvider: deleteCapacityProvider,
    DeleteCluster: clusters.deleteCluster,
    DeleteService: deleteService,
    DeleteTaskDefinitions: taskDefinitions.deleteTaskDefinitions,
    DeregisterContainerInstance: deregisterContainerInstance,
    DeregisterTaskDefinition: taskDefinitions.deregisterTaskDefinition,
    DescribeCapacityProviders: describeCapacityProviders,
    DescribeClusters: clusters.describeClusters,
    DescribeContainerInstances: describeContainerInstances,
    DescribeServiceDeployments: serviceDeployments.describeServiceDeployments,
    DescribeServiceRevisions: serviceDeployments.describeServiceRevisions,
    DescribeServices: describeServices,
    DescribeTaskDefinition: taskDefinitions.describeTaskDefinition,
    DescribeTasks: describeTasks,
    GetTaskProtection: getTaskProtection,
    ListAccountSettings: accountSettings.listAccountSettings,
    ListClusters: clusters.listClusters,
    ListContainerInstances: listContainerInstances,
    ListServiceDeployments: serviceDeployments.listServiceDeployments,
    ListServices: listServices,
    ListTagsForResource: listTagsForResource,
    ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
    ListTaskDefinitions: listTaskDefinitions,
    ListTasks: listTasks,
    PutAccountSetting: accountSettings.putAccountSetting,
    PutAccountSettingDefault: accountSettings.putAccountSettingDefault,
    PutClusterCapacityProviders: updateCluster.putClusterCapacityProviders,
    RegisterTaskDefinition: registerTaskDefinition,
    RunTask: runTask,
    StopTask: stopTask,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateCapacityProvider: updateCapacityProvider,
    UpdateCluster: updateCluster.updateCluster,
    UpdateClusterSettings: updateCluster.updateClusterSettings,
    UpdateContainerInstancesState: updateContainerInstancesState,
    UpdateService: updateService,
    UpdateTaskProtection: updateTaskProtection,
  },
};
