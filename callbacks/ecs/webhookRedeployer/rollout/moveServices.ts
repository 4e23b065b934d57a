import {
  type ECSClient,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type { ServicePlan } from "../plan/plan";
import { nameOf, type Retry, retrying } from "../../../retry";
import { describeServices, serviceState } from "./services";

export const deploymentOnlyModule = true;

/** Result of moving a service. */
export interface MovedService {
  /** ARN of the service. */
  readonly service: string;
  readonly outcome: "updated" | "forced" | "already" | "gone";
  readonly stoppedTasks?: number;
}

/** The revision to move the services to, and how. */
export interface Restart {
  /** ARN of the revision. */
  readonly revision: string;
  readonly stopTasks: boolean;
  /** ECS shows it with a task that is stopped. */
  readonly reason: string;
}

/** Moves services one after another: the rate limit of UpdateService allows no more. */
export async function moveServices(
  ecs: ECSClient,
  plans: readonly ServicePlan[],
  restart: Restart,
  retry: Retry,
): Promise<MovedService[]> {
  const moved: MovedService[] = [];
  for (const plan of plans) {
    if (plan.action === "skip") continue;
    moved.push(await moveService(ecs, plan, restart, retry));
  }
  return moved;
}

async function moveService(
  ecs: ECSClient,
  { action, state }: ServicePlan,
  restart: Restart,
  retry: Retry,
): Promise<MovedService> {
  const service = state.arn;
  if (action === "already") {
    const stopped = await stopTasks(ecs, state, state.oldDeployments, { restart, retry });
    return { service, outcome: "already", ...stopped };
  }
  const isForced = action === "force";
  const input = {
    cluster: state.cluster,
    service: state.service,
    taskDefinition: restart.revision,
    ...(isForced ? { forceNewDeployment: true } : {}),
  };
  // Repeating UpdateService with the same revision starts no deployment, but `force` starts one each time.
  const once = { ...retry, repeatable: !isForced };
  try {
    const updated = await retrying(once, () => ecs.send(new UpdateServiceCommand(input)));
    const { oldDeployments } = serviceState(state.cluster, updated.service ?? {});
    const stopped = await stopTasks(ecs, state, oldDeployments, { restart, retry });
    return { service, outcome: isForced ? "forced" : "updated", ...stopped };
  } catch (error) {
    const absent = ["ServiceNotFoundException", "ServiceNotActiveException"];
    if (!absent.includes(nameOf(error))) throw error;
    // The service was deleted since the plan was made; or it is new and not yet visible everywhere: then retry.
    const [now] = await describeServices(ecs, state.cluster, [state.service], retry);
    if (now?.status === "ACTIVE") throw error;
    return { service, outcome: "gone" };
  }
}

/** Stops the tasks of earlier deployments, for services that have no room for new tasks next to the old ones. */
async function stopTasks(
  ecs: ECSClient,
  { cluster }: { readonly cluster: string },
  deployments: readonly string[],
  { restart, retry }: { readonly restart: Restart; readonly retry: Retry },
): Promise<{ stoppedTasks?: number }> {
  if (!restart.stopTasks) return {};
  let stoppedTasks = 0;
  for (const startedBy of deployments) {
    for (const task of await listTasks(ecs, { cluster, startedBy }, retry)) {
      const input = { cluster, task, reason: restart.reason };
      await retrying(retry, () => ecs.send(new StopTaskCommand(input)));
      stoppedTasks += 1;
    }
  }
  return { stoppedTasks };
}

async function listTasks(
  ecs: ECSClient,
  filter: { readonly cluster: string; readonly startedBy: string },
  retry: Retry,
): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { ...filter, nextToken };
    const page = await retrying(retry, () => ecs.send(new ListTasksCommand(input)));
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}
