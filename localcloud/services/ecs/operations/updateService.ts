import type { UpdateServiceRequest, UpdateServiceResponse } from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { ecsCheck, inCluster, resourceTags, serviceArn, taskDefinitionArn } from "../model/access";
import { deploy } from "../model/services/deployments";
import {
  invalidParameter,
  refuseUnsupported,
  serviceNotActive,
  serviceNotFound,
} from "../model/errors";
import type { Service, ServiceSettings } from "../model/model";
import { clusterName, lastPart, nameInCluster } from "../model/references";
import { describeService } from "../model/services/serviceDescription";
import { checkPlacement } from "../model/taskDefinitions/checkPlacement";
import {
  activeRevision,
  checkServiceSettings,
  refuseUnsupportedSettings,
} from "../model/services/serviceSettings";
import type { EcsStore } from "../store";
import { without } from "../model/without";

/** Changing one of these settings starts a deployment; other changes take effect with the next one. */
const DEPLOYED_SETTINGS = [
  "taskDefinition",
  "networkConfiguration",
  "platformVersion",
  "capacityProviderStrategy",
  "loadBalancers",
  "serviceRegistries",
  "enableExecuteCommand",
] as const;

export const updateService: Operation<EcsStore, UpdateServiceRequest, UpdateServiceResponse> = {
  access: (input, context) => [
    ecsCheck("UpdateService", serviceArn(context, input.cluster, input.service), {
      ...inCluster(context, input.cluster),
      ...resourceTags(
        context.store.clusters
          .get(clusterName(input.cluster))
          ?.services.get(lastPart(input.service ?? ""))?.tags,
      ),
      ...(input.taskDefinition !== undefined && {
        "ecs:task-definition": taskDefinitionArn(context, input.taskDefinition),
      }),
    }),
  ],
  run(input, { store }) {
    const cluster = store.cluster(input.cluster);
    const service = cluster.services.get(
      nameInCluster(input.service ?? "", cluster.name, store.scope),
    );
    if (!service) throw serviceNotFound();
    if (service.status !== "ACTIVE") throw serviceNotActive();
    refuseUnsupportedSettings(input);
    refuseUnsupported({
      "the change of a deploymentController": changesController(service, input),
    });
    checkController(service, input);
    checkStrategyChange(service, input);
    const settings = merged(service, input, store);
    checkServiceSettings(settings, cluster);
    checkDesired(service, input);
    const deploys =
      input.forceNewDeployment === true || needsDeployment(service.settings, settings);
    const scales = settings.desiredCount !== service.settings.desiredCount;
    service.settings = settings;
    if (input.monitoring !== undefined) store.load.reschedule();
    if (deploys) deploy(service, store);
    if (scales) service.steady = false;
    store.scheduler.changed(service);
    return { service: describeService(service, ["TAGS"], store) };
  },
};

function merged(service: Service, input: UpdateServiceRequest, store: EcsStore): ServiceSettings {
  const { taskDefinition, deploymentConfiguration } = input;
  const rest = without(
    input,
    "cluster",
    "service",
    "forceNewDeployment",
    "taskDefinition",
    "deploymentConfiguration",
    "deploymentController",
  );
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const settings: ServiceSettings = {
    ...service.settings,
    ...given,
    ...(deploymentConfiguration && {
      // Omitted members keep their values.
      deploymentConfiguration: {
        ...service.settings.deploymentConfiguration,
        ...deploymentConfiguration,
      },
    }),
    ...(input.capacityProviderStrategy?.length && { launchType: undefined }),
  };
  if (settings.taskDefinition === undefined) return settings;
  if (taskDefinition === undefined) {
    const current = store.taskDefinition(settings.taskDefinition);
    if (current) checkPlacement(current, settings);
    return settings;
  }
  const revision = activeRevision(taskDefinition, store);
  checkPlacement(revision, settings);
  return { ...settings, taskDefinition: revision.arn };
}

function needsDeployment(before: ServiceSettings, after: ServiceSettings): boolean {
  return DEPLOYED_SETTINGS.some(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

function changesController({ settings }: Service, input: UpdateServiceRequest): boolean {
  const type = input.deploymentController?.type;
  return type !== undefined && type !== settings.deploymentController?.type;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html */
function checkController({ settings }: Service, input: UpdateServiceRequest): void {
  const type = settings.deploymentController?.type ?? "ECS";
  if (type === "ECS") return;
  const refused =
    input.taskDefinition !== undefined
      ? "update task definition on"
      : input.forceNewDeployment
        ? "force a new deployment on"
        : input.networkConfiguration
          ? "update network parameters on"
          : input.loadBalancers
            ? "update load balancers on"
            : input.platformVersion !== undefined
              ? "update platform version on"
              : input.capacityProviderStrategy
                ? "update capacity provider strategy on"
                : undefined;
  if (refused === undefined) return;
  throw invalidParameter(
    type === "CODE_DEPLOY"
      ? `Unable to ${refused} services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`
      : `Unable to ${refused} services with an EXTERNAL deployment controller.`,
  );
}

/** https://github.com/reproio/ecs_deploy/pull/74 quotes AWS's sentence. */
function checkStrategyChange({ settings }: Service, input: UpdateServiceRequest): void {
  const { capacityProviderStrategy: given, forceNewDeployment } = input;
  if (given === undefined || forceNewDeployment) return;
  if (strategyText(given) === strategyText(settings.capacityProviderStrategy)) return;
  throw invalidParameter(
    "When switching from launch type to capacity provider strategy on an existing service, or making a change to " +
      "a capacity provider strategy on a service that is already using one, you must force a new deployment.",
  );
}

function strategyText(strategy: ServiceSettings["capacityProviderStrategy"] = []): string {
  const items = strategy.map(
    ({ capacityProvider, weight = 0, base = 0 }) => `${capacityProvider} ${weight} ${base}`,
  );
  return items.sort().join();
}

function checkDesired({ settings }: Service, { desiredCount }: UpdateServiceRequest): void {
  if (settings.schedulingStrategy === "DAEMON" && desiredCount !== undefined)
    throw invalidParameter(
      "The desired count cannot be specified for a service that uses the daemon scheduling strategy.",
    );
}
