import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  UpdateServiceRequest,
} from "@aws-sdk/client-ecs";
import { clientError, invalidParameter, refuseUnsupported } from "../errors";
import { checkStrategy } from "../capacity/capacityStrategy";
import type { Cluster, ServiceSettings, TaskDefinitionRevision } from "../model";
import { checkMonitoring } from "../monitoring";
import type { EcsStore } from "../../store";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MAX_DESIRED = 5000;

type Scheduling = Pick<ServiceSettings, "schedulingStrategy">;

/** Returns the percentage of the desired count that must stay healthy; default 100, for daemons 0. */
export function minimumHealthyPercent(
  { schedulingStrategy }: Scheduling,
  configuration: DeploymentConfiguration | undefined,
): number {
  return configuration?.minimumHealthyPercent ?? (schedulingStrategy === "DAEMON" ? 0 : 100);
}

/** Returns the maximum number of tasks as a percentage of the desired count; default 200, for daemons 100. */
export function maximumPercent(
  { schedulingStrategy }: Scheduling,
  configuration: DeploymentConfiguration | undefined,
): number {
  return configuration?.maximumPercent ?? (schedulingStrategy === "DAEMON" ? 100 : 200);
}

/** Returns the active revision that a service or task references. @throws ClientException */
export function activeRevision(reference: string, store: EcsStore): TaskDefinitionRevision {
  const revision = store.taskDefinition(reference);
  if (!revision) throw clientError("TaskDefinition not found.");
  if (revision.definition.status !== "ACTIVE") throw clientError("TaskDefinition is inactive");
  return revision;
}

/** Refuses options of services that would affect the behaviour but are not emulated. */
export function refuseUnsupportedSettings(
  input: CreateServiceRequest | UpdateServiceRequest,
): void {
  const { deploymentConfiguration: deployment } = input;
  refuseUnsupported({
    "service option serviceConnectConfiguration": input.serviceConnectConfiguration?.enabled,
    "service option volumeConfigurations": input.volumeConfigurations,
    "service option vpcLatticeConfigurations": input.vpcLatticeConfigurations,
    "service option gatewayConnectors": input.gatewayConnectors,
    "deployment option alarms": deployment?.alarms?.enable,
    "deployment option strategy (other than ROLLING)":
      deployment?.strategy !== undefined && deployment.strategy !== "ROLLING",
    "deployment option lifecycleHooks": deployment?.lifecycleHooks,
    "deployment option bakeTimeInMinutes": deployment?.bakeTimeInMinutes,
    "deployment option earlySuccessCriteria": deployment?.earlySuccessCriteria,
  });
}

/** @throws InvalidParameterException for settings that conflict */
export function checkServiceSettings(settings: ServiceSettings, cluster: Cluster): void {
  const { desiredCount, deploymentConfiguration, schedulingStrategy } = settings;
  if (desiredCount < 0) throw invalidParameter("Desired count must be zero or greater.");
  if (desiredCount > MAX_DESIRED)
    throw invalidParameter(`Desired count must be at most ${MAX_DESIRED}.`);
  for (const { capacityProvider = "" } of settings.capacityProviderStrategy ?? [])
    if (!cluster.capacityProviders.includes(capacityProvider))
      throw invalidParameter(
        `The specified capacity provider '${capacityProvider}' is not associated with the cluster.`,
      );
  checkStrategy(settings.capacityProviderStrategy);
  // https://github.com/hashicorp/terraform-provider-aws/issues/31104
  if (settings.healthCheckGracePeriodSeconds && !settings.loadBalancers?.length)
    throw invalidParameter(
      "Health check grace period is only valid for services configured to use load balancers",
    );
  if (schedulingStrategy === "DAEMON") checkDaemon(settings);
  checkMonitoring(settings.monitoring);
  checkPercents(settings, deploymentConfiguration);
}

function checkDaemon({ launchType, capacityProviderStrategy }: ServiceSettings): void {
  if (launchType === "FARGATE" || capacityProviderStrategy?.length)
    throw invalidParameter(
      "The daemon scheduling strategy is only supported with the EC2 launch type.",
    );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
function checkPercents(
  settings: ServiceSettings,
  configuration: DeploymentConfiguration | undefined,
): void {
  const minimum = minimumHealthyPercent(settings, configuration);
  const maximum = maximumPercent(settings, configuration);
  if (minimum < 0) throw invalidParameter("minimumHealthyPercent must be zero or greater.");
  if (settings.schedulingStrategy === "DAEMON") {
    if (maximum !== 100) throw invalidParameter("Daemon maximumPercent must be 100.");
    if (minimum >= 100) throw invalidParameter("minimumHealthyPercent must be less than 100.");
    return;
  }
  if (maximum < 100 || maximum > 200)
    throw invalidParameter("maximumPercent must be between 100 and 200.");
  if (minimum > 100)
    throw invalidParameter("minimumHealthyPercent must be less than or equal to 100.");
  if (minimum === 100 && maximum === 100)
    throw invalidParameter(
      "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    );
}
