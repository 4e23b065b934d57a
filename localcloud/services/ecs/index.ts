import { constraints } from "../../constraints/ecs";
import type { ServiceDefinition } from "../../core/service";
import * as accountSettings from "./accountSettings";
import { describeCapacityProviders } from "./capacityProviders";
import * as clusters from "./clusters";
import { controls } from "./controls";
import { describeContainerInstances, listContainerInstances } from "./containerInstances";
import { createService } from "./createService";
import { deleteService } from "./deleteService";
import { describeServices, listServices } from "./describeServices";
import { listTaskDefinitionFamilies, listTaskDefinitions } from "./listTaskDefinitions";
import { registerTaskDefinition } from "./registerTaskDefinition";
import { runTask } from "./runTask";
import * as serviceDeployments from "./serviceDeployments";
import { EcsStore } from "./store";
import { listTagsForResource, tagResource, untagResource } from "./tags";
import * as taskDefinitions from "./taskDefinitions";
import { describeTasks, listTasks, stopTask } from "./tasks";
import { throttles } from "./throttles";
import * as updateCluster from "./updateCluster";
import { updateService } from "./updateService";

/**
 * Amazon ECS: clusters, task definitions, services with rolling updates and the circuit breaker, tasks.
 * Absent: task sets, blue/green deployments, Service Connect, ECS Exec, container instances, StartTask.
 */
export const ecs: ServiceDefinition<EcsStore> = {
  name: "ecs",
  signingName: "ecs",
  iamPrefix: "ecs",
  sdk: () => require("@aws-sdk/client-ecs") as object,
  constraints: () => ({ table: constraints() }),
  createStore: (scope) => new EcsStore(scope),
  throttles,
  controls,
  operations: {
    CreateCluster: clusters.createCluster,
    CreateService: createService,
    DeleteCluster: clusters.deleteCluster,
    DeleteService: deleteService,
    DeleteTaskDefinitions: taskDefinitions.deleteTaskDefinitions,
    DeregisterTaskDefinition: taskDefinitions.deregisterTaskDefinition,
    DescribeCapacityProviders: describeCapacityProviders,
    DescribeClusters: clusters.describeClusters,
    DescribeContainerInstances: describeContainerInstances,
    DescribeServiceDeployments: serviceDeployments.describeServiceDeployments,
    DescribeServiceRevisions: serviceDeployments.describeServiceRevisions,
    DescribeServices: describeServices,
    DescribeTaskDefinition: taskDefinitions.describeTaskDefinition,
    DescribeTasks: describeTasks,
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
    UpdateCluster: updateCluster.updateCluster,
    UpdateClusterSettings: updateCluster.updateClusterSettings,
    UpdateService: updateService,
  },
};
