import { randomUUID } from "node:crypto";
import { logLine } from "../../../../core/trace";
import type { Service, Task } from "../model";
import type { EcsStore } from "../../store";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html */
const MAX_EVENTS = 100;
/** A repeated message is omitted for this long. */
const REPEAT_MS = 6 * 3_600_000;

/** Adds `(service web) <text>` to the service's event log. */
export function addServiceEvent(service: Service, store: EcsStore, text: string): void {
  const message = `(service ${service.name}) ${text}`;
  const createdAt = store.scope.clock.date();
  const [last] = service.events;
  if (
    last?.message === message &&
    createdAt.getTime() - (last.createdAt?.getTime() ?? 0) < REPEAT_MS
  )
    return;
  service.events.unshift({ id: randomUUID(), createdAt, message });
  const { cloud } = store.scope;
  logLine(service.deployments[0]?.span, text);
  cloud.events.emit("serviceMessage", {
    source: `ecs ${service.cluster.name}`,
    timestamp: createdAt.getTime(),
    message,
  });
  service.events.length = Math.min(service.events.length, MAX_EVENTS);
}

export function sayStarted(service: Service, store: EcsStore, tasks: readonly Task[]): void {
  if (tasks.length > 0)
    addServiceEvent(service, store, `has started ${tasks.length} tasks: ${names(tasks)}.`);
}

export function sayStopped(service: Service, store: EcsStore, tasks: readonly Task[]): void {
  if (tasks.length > 0)
    addServiceEvent(service, store, `has stopped ${tasks.length} running tasks: ${names(tasks)}.`);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html */
export function emitServiceAction(
  service: Service,
  store: EcsStore,
  event: { type: "INFO" | "WARN" | "ERROR"; name: string; reason?: string },
): void {
  store.outbox.add({
    detailType: "ECS Service Action",
    resource: service.arn,
    detail: {
      eventType: event.type,
      eventName: event.name,
      clusterArn: service.cluster.arn,
      ...(event.reason !== undefined && { reason: event.reason }),
      createdAt: store.scope.clock.date(),
    },
  });
}

function names(tasks: readonly Task[]): string {
  return tasks.map(({ id }) => `(task ${id})`).join(" ");
}
