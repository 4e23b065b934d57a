export const deploymentOnlyModule = true;

/** Resources that a task takes, or that an instance has. */
export interface Size {
  /** CPU units: 1024 are one vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  readonly gpu: number;
  /** Network interfaces of tasks; Infinity where their number is unknown. */
  readonly interfaces: number;
  /** Host ports: those that a task needs, or those taken on an instance. */
  readonly ports: readonly string[];
}

const COUNTED = ["cpu", "memory", "gpu", "interfaces"] as const;

export function fits(task: Size, room: Size): boolean {
  return (
    COUNTED.every((member) => task[member] <= room[member]) &&
    !task.ports.some((port) => room.ports.includes(port))
  );
}

export function take(room: Size, task: Size): Size {
  return {
    cpu: room.cpu - task.cpu,
    memory: room.memory - task.memory,
    gpu: room.gpu - task.gpu,
    interfaces: room.interfaces - task.interfaces,
    ports: [...room.ports, ...task.ports],
  };
}

/** Result of packing tasks into rooms. */
export interface Packed {
  readonly rooms: readonly Size[];
  readonly left: readonly Size[];
}

/**
 * Packs tasks into rooms, the largest task first, each where the least memory is left: a simple heuristic, not the
 * optimum.
 */
export function pack(tasks: readonly Size[], rooms: readonly Size[]): Packed {
  const after = [...rooms];
  const left: Size[] = [];
  for (const task of largestFirst(tasks)) {
    const best = after.reduce<{ index: number; room: Size } | undefined>((found, room, index) => {
      if (!fits(task, room)) return found;
      return found === undefined || room.memory < found.room.memory ? { index, room } : found;
    }, undefined);
    if (best === undefined) left.push(task);
    else after[best.index] = take(best.room, task);
  }
  return { rooms: after, left };
}

/** Returns how many empty instances of a size the tasks need; each task must fit into one. */
export function instancesFor(tasks: readonly Size[], empty: Size): number {
  let rooms: Size[] = [];
  for (const task of largestFirst(tasks)) {
    const index = rooms.findIndex((room) => fits(task, room));
    const room = rooms[index];
    if (room) rooms = rooms.with(index, take(room, task));
    else rooms.push(take(empty, task));
  }
  return rooms.length;
}

function largestFirst(tasks: readonly Size[]): Size[] {
  return [...tasks].sort((a, b) => b.memory - a.memory || b.cpu - a.cpu);
}
