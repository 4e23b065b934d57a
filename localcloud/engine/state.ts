import type { Properties } from "../provider/types";

/** What the engine remembers of one resource after it was applied. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  /** Id in AWS; absent for components. */
  readonly id?: string;
  readonly parent: string;
  /** URNs it depends on: explicit ones, those behind its inputs, its provider, `deletedWith`. */
  readonly dependencies: readonly string[];
  /** Inputs after check, secrets unwrapped. */
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Top-level properties that are secret. */
  readonly secrets: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  /** Read by `.get()`: known, but not ours to change. */
  readonly external: boolean;
}

/** The deployed resources of one stack. A failed run leaves exactly what really exists. */
export class StackState {
  private readonly resources = new Map<string, ResourceState>();
  /** Replaced resources whose deletion waits until everything new stands. */
  private readonly replaced: ResourceState[] = [];

  get(urn: string): ResourceState | undefined {
    return this.resources.get(urn);
  }

  set(state: ResourceState): void {
    this.resources.set(state.urn, state);
  }

  remove(urn: string): void {
    this.resources.delete(urn);
  }

  deleteLater(state: ResourceState): void {
    this.replaced.push(state);
  }

  /** Takes the replaced resources, newest first. */
  takeReplaced(): ResourceState[] {
    return this.replaced.splice(0).reverse();
  }

  all(): ResourceState[] {
    return [...this.resources.values()];
  }

  get size(): number {
    return this.resources.size;
  }
}

/** Resources in the order they must be deleted: whoever depends on another goes before it. */
export function deletionOrder(doomed: readonly ResourceState[]): ResourceState[] {
  const byUrn = new Map(doomed.map((state) => [state.urn, state]));
  const order: ResourceState[] = [];
  const visited = new Set<string>();
  const visit = (state: ResourceState): void => {
    if (visited.has(state.urn)) return;
    visited.add(state.urn);
    for (const urn of [...state.dependencies, state.parent]) {
      const dependency = byUrn.get(urn);
      if (dependency) visit(dependency);
    }
    order.push(state);
  };
  doomed.forEach(visit);
  return order.reverse();
}
