import type { EcsStore } from "../../store";
import type { Service } from "../model";
import { lacking } from "../capacity/placement";
import { addServiceEvent, emitServiceAction } from "./serviceEvents";
import { launchTypeOf } from "./startServiceTasks";
import { taskSize } from "../tasks/taskSize";

const NO_FARGATE =
  "was unable to place a task. Reason: Capacity is unavailable at this time. " +
  "Please try again later or in a different availability zone.";
const NONE_MET =
  "was unable to place a task because no container instance met all of its requirements.";

const LACKS = {
  CPU: "has insufficient CPU units available",
  MEMORY: "has insufficient memory available",
  ENI: 'encountered error "RESOURCE:ENI"',
  PORTS: "is already using a port required by your task",
} as const;

/**
 * Reports that a service has no place for a task.
 * Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
 */
export function sayUnplaced(service: Service, store: EcsStore): void {
  const { text, reason } = why(service, store);
  addServiceEvent(service, store, text);
  emitServiceAction(service, store, {
    type: "ERROR",
    name: "SERVICE_TASK_PLACEMENT_FAILURE",
    reason,
  });
}

function why(service: Service, store: EcsStore): { text: string; reason: string } {
  const [primary] = service.deployments;
  if (launchTypeOf(primary) === "FARGATE") return { text: NO_FARGATE, reason: "RESOURCE:FARGATE" };
  const definition = store.taskDefinition(primary.settings.taskDefinition)?.definition ?? {};
  const { instance, what } = lacking(service.cluster, taskSize(definition));
  const reason = `RESOURCE:${what}`;
  if (!instance)
    return {
      text: `${NONE_MET} Reason: No Container Instances were found in your cluster.`,
      reason,
    };
  const closest = `The closest matching container-instance ${instance.id} ${LACKS[what]}.`;
  return { text: `${NONE_MET} ${closest}`, reason };
}
