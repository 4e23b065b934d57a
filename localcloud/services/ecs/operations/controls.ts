import { BadControlRequest, type Control, type Utilisation } from "../../../core/load";
import type { Cluster, Service } from "../model/model";
import { lastPart } from "../model/references";
import type { EcsStore } from "../store";

type Input = Readonly<Record<string, unknown>>;

/** ECS's control endpoints of the local cloud. */
export const controls: Readonly<Record<string, Control<EcsStore>>> = {
  load: {
    fields: ["cluster", "service", "cpuPercent", "memoryPercent"],
    set(input, store) {
      const service = findService(input, store);
      const [cpu, memory] = [percent(input, "cpuPercent"), percent(input, "memoryPercent")];
      if (cpu === undefined && memory === undefined)
        throw new BadControlRequest("Give cpuPercent, memoryPercent or both.");
      const before = store.load.of(service);
      const now = {
        cpu: cpu === undefined ? before?.cpu : (cpu ?? undefined),
        memory: memory === undefined ? before?.memory : (memory ?? undefined),
      };
      const ends = now.cpu === undefined && now.memory === undefined;
      store.load.set(service, ends ? undefined : now);
    },
  },
  capacity: {
    fields: ["cluster", "tasks"],
    set(input, store) {
      const { tasks } = input;
      if (tasks !== null && !(typeof tasks === "number" && Number.isInteger(tasks) && tasks >= 0))
        throw new BadControlRequest(
          `'tasks' must be a count, 0 or more, or null for no limit; it is ${show(tasks)}.`,
        );
      store.setTaskLimit(findCluster(input, store), tasks ?? undefined);
    },
  },
};

function findCluster(input: Input, store: EcsStore): Cluster {
  const name = lastPart(text(input, "cluster"));
  const cluster = store.clusters.get(name);
  if (cluster?.status === "ACTIVE") return cluster;
  const active = [...store.clusters.values()].filter(({ status }) => status === "ACTIVE");
  throw missing(`cluster '${name}' in ${store.scope.region}`, active);
}

function findService(input: Input, store: EcsStore): Service {
  const cluster = findCluster(input, store);
  const name = lastPart(text(input, "service"));
  const service = cluster.services.get(name);
  if (service?.status === "ACTIVE") return service;
  const active = [...cluster.services.values()].filter(({ status }) => status === "ACTIVE");
  throw missing(`service '${name}' in cluster '${cluster.name}'`, active);
}

function missing(what: string, there: readonly { readonly name: string }[]): BadControlRequest {
  const names = there.map(({ name }) => name).join(", ");
  return new BadControlRequest(`There is no ${what}; there is: ${names || "none"}.`);
}

function text(input: Input, field: string): string {
  const value = input[field];
  if (typeof value === "string" && value !== "") return value;
  throw new BadControlRequest(`'${field}' must be a name or an ARN; it is ${show(value)}.`);
}

/** Returns `undefined` if the field is absent, `null` to end the reports. */
function percent(input: Input, field: string): Utilisation | null | undefined {
  const value = input[field];
  if (value === undefined || value === null) return value;
  // AWS also shows more than 100 percent: a task on EC2 may use more than its share.
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  if (typeof value === "function") return value as (runningTasks: number) => number;
  throw new BadControlRequest(
    `'${field}' must be a percentage, 0 or more, or null to end its reports; it is ${show(value)}.`,
  );
}

function show(value: unknown): string {
  return value === undefined ? "absent" : (JSON.stringify(value) ?? typeof value);
}
