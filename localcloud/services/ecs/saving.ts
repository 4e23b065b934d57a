import type { StoreSaving } from "../../core/saving/storeSaving";
import { ContainerInstances } from "./model/capacity/containerInstances";
import { ImageRegistry } from "./model/images";
import { Load } from "./model/load";
import { Outbox } from "./model/outbox";
import { Reservations } from "./model/capacity/reservations";
import { Scheduler } from "./model/services/scheduler";
import { TaskRunner } from "./model/tasks/taskRunner";
import { watchProtection } from "./operations/taskProtection";
import type { EcsStore } from "./store";

export const saving: StoreSaving<EcsStore> = {
  // A test's simulated load.
  computed: ["cpu", "memory"],
  parts: [ContainerInstances, ImageRegistry, Load, Outbox, Reservations, Scheduler, TaskRunner],
  resume(store) {
    for (const { services, tasks } of store.clusters.values()) {
      for (const task of tasks.values()) {
        store.tasks.resume(task);
        watchProtection(task, store);
      }
      for (const service of services.values()) store.scheduler.resume(service);
    }
    store.instances.resume();
    store.load.reschedule();
    store.reservations.resume();
  },
};
