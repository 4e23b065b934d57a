import type { CreateServiceRequest, CreateServiceResponse } from "@aws-sdk/client-ecs";
import { principalArn } from "../../../core/principal";
import type { Operation } from "../../../core/service";
import {
  ecsCheck,
  inCluster,
  requestTags,
  serviceArn,
  tagOnCreate,
  taskDefinitionArn,
  type EcsContext,
} from "../model/access";
import { deploy } from "../model/services/deployments";
import { invalidParameter } from "../model/errors";
import type { Cluster, Service, ServiceSettings } from "../model/model";
import { describeService } from "../model/services/serviceDescription";
import { checkLaunch, checkPlacement } from "../model/taskDefinitions/checkPlacement";
import {
  activeRevision,
  checkServiceSettings,
  refuseUnsupportedSettings,
} from "../model/services/serviceSettings";
import type { EcsStore } from "../store";
import { checkTags } from "./tags";
import { without } from "../model/without";

export const createService: Operation<EcsStore, CreateServiceRequest, CreateServiceResponse> = {
  access(input, context) {
    const arn = serviceArn(context, input.cluster, input.serviceName);
    const check = ecsCheck("CreateService", arn, {
      ...inCluster(context, input.cluster),
      ...requestTags(input.tags),
      ...(input.taskDefinition !== undefined && {
        "ecs:task-definition": taskDefinitionArn(context, input.taskDefinition),
      }),
    });
    return [check, ...tagOnCreate("CreateService", arn, input.tags)];
  },
  run(input, context) {
    const { store, clock, principal } = context;
    const cluster = store.cluster(input.cluster);
    const name = input.serviceName ?? "";
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter("Invalid service name.");
    refuseUnsupportedSettings(input);
    checkLaunch(input);
    const again = existing(cluster, name, input);
    if (again) return { service: describeService(again, ["TAGS"], store) };
    const settings = settingsOf(input, cluster, context);
    checkServiceSettings(settings, cluster);
    const service: Service = {
      name,
      arn: store.arn(`service/${cluster.name}/${name}`),
      cluster,
      createdAt: clock.date(),
      createdBy: principalArn(principal),
      clientToken: input.clientToken,
      tags: checkTags(input.tags),
      status: "ACTIVE",
      settings,
      deployments: [],
      rollouts: [],
      events: [],
      steady: false,
    };
    cluster.services.set(name, service);
    deploy(service, store);
    store.scheduler.changed(service);
    return { service: describeService(service, ["TAGS"], store) };
  },
};

/**
 * Returns the existing service for the same request with the same token. Throws for any other request with a used
 * name.
 */
function existing(
  cluster: Cluster,
  name: string,
  input: CreateServiceRequest,
): Service | undefined {
  const service = cluster.services.get(name);
  if (!service || service.status === "INACTIVE") return undefined;
  if (service.status === "DRAINING")
    throw invalidParameter("Unable to Start a service that is still Draining.");
  if (input.clientToken !== undefined && input.clientToken === service.clientToken) return service;
  throw invalidParameter("Creation of service was not idempotent.");
}

function settingsOf(
  input: CreateServiceRequest,
  cluster: Cluster,
  { store }: EcsContext,
): ServiceSettings {
  const rest = without(
    input,
    "serviceName",
    "cluster",
    "tags",
    "clientToken",
    "taskDefinition",
    "launchType",
    "platformVersion",
  );
  const controller = input.deploymentController?.type ?? "ECS";
  const common = {
    ...rest,
    schedulingStrategy: input.schedulingStrategy ?? "REPLICA",
    deploymentController: { type: controller },
    desiredCount: input.desiredCount ?? 0,
  };
  if (controller === "EXTERNAL") {
    if (input.taskDefinition !== undefined)
      throw invalidParameter(
        "TaskDefinition cannot be specified for a service with an EXTERNAL deployment controller.",
      );
    return { ...common, taskDefinition: undefined };
  }
  if (input.taskDefinition === undefined)
    throw invalidParameter("TaskDefinition can not be blank.");
  const revision = activeRevision(input.taskDefinition, store);
  const placed = { ...common, ...launchOf(input, cluster) };
  checkPlacement(revision, placed);
  return { ...placed, taskDefinition: revision.arn };
}

/** Returns launch type and strategy. Without either, the cluster's default strategy applies, else EC2. */
function launchOf(
  input: CreateServiceRequest,
  { defaultCapacityProviderStrategy: byDefault }: Cluster,
): Pick<ServiceSettings, "launchType" | "capacityProviderStrategy" | "platformVersion"> {
  const { launchType, capacityProviderStrategy, platformVersion } = input;
  if (launchType !== undefined || capacityProviderStrategy?.length) {
    const fargate = launchType === "FARGATE" || capacityProviderStrategy?.length;
    return {
      launchType,
      capacityProviderStrategy,
      platformVersion: fargate ? (platformVersion ?? "LATEST") : platformVersion,
    };
  }
  if (byDefault.length === 0) return { launchType: "EC2", platformVersion };
  return { capacityProviderStrategy: byDefault, platformVersion: platformVersion ?? "LATEST" };
}
