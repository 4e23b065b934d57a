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
  /** URNs behind each input, for what depends on a resource that is replaced. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URN of an explicit provider; empty = the stack's own. */
  readonly provider: string;
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
  /** A creation or update stopped half-way: what AWS has may differ from the inputs. */
  readonly incomplete?: boolean;
}

/** Components, providers and resources that were only read have nothing in AWS to read or delete. */
export function isOurs({ custom, external, type }: ResourceState): boolean {
  return custom && !external && !type.startsWith("pulumi:");
}

/** The deployed resources of one stack. A failed run leaves exactly what really exists. */
export class StackState {
  private readonly resources = new Map<string, ResourceState>();
  /** Replaced resources whose deletion waits until everything new stands. */
  private readonly replaced: ResourceState[] = [];
  private readonly urns = new Set<string>();

  get(urn: string): ResourceState | undefined {
    return this.resources.get(urn);
  }

  set(state: ResourceState): void {
    this.resources.set(state.urn, state);
    this.urns.add(state.urn);
  }

  /** Whether a resource of this URN was ever deployed, also when it is gone by now. */
  hadBefore(urn: string): boolean {
    return this.urns.has(urn);
  }

  remove(urn: string): void {
    this.resources.delete(urn);
  }

  /** Keeps a resource that another has taken the place of, until it is deleted. */
  deleteLater(state: ResourceState): void {
    this.replaced.push(state);
  }

  /** The resources that have been replaced and still exist. */
  allReplaced(): readonly ResourceState[] {
    return this.replaced;
  }

  /** Forgets exactly this resource, whether it was replaced or not. */
  forget(state: ResourceState): void {
    const at = this.replaced.indexOf(state);
    if (at >= 0) this.replaced.splice(at, 1);
    else if (this.resources.get(state.urn) === state) this.resources.delete(state.urn);
  }

  /** As if nothing had ever been deployed. */
  clear(): void {
    this.resources.clear();
    this.urns.clear();
    this.replaced.length = 0;
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
  // A URN may stand twice here: a resource that was replaced, and its successor that is gone by now.
  const byUrn = new Map<string, ResourceState[]>();
  for (const state of doomed) byUrn.set(state.urn, [...(byUrn.get(state.urn) ?? []), state]);
  const order: ResourceState[] = [];
  const visited = new Set<ResourceState>();
  const visit = (state: ResourceState): void => {
    if (visited.has(state)) return;
    visited.add(state);
    for (const urn of [...state.dependencies, state.parent]) byUrn.get(urn)?.forEach(visit);
    order.push(state);
  };
  doomed.forEach(visit);
  return order.reverse();
}

/**
 * The resources that cannot outlive `root` while it is away: those with an input that comes from it
 * (or from another such resource) and whose change `replaces` them; deleted in the answer's order.
 */
export function dependentReplacements(
  root: ResourceState,
  all: readonly ResourceState[],
  replaces: (state: ResourceState, changed: readonly string[]) => boolean,
): ResourceState[] {
  const doomed = new Map([[root.urn, root]]);
  for (let before = 0; before < doomed.size;) {
    before = doomed.size;
    for (const state of all) {
      if (doomed.has(state.urn) || !state.custom || state.external) continue;
      const changed = Object.entries(state.propertyDependencies)
        .filter(([, urns]) => urns.some((urn) => doomed.has(urn)))
        .map(([property]) => property);
      if (changed.length > 0 && replaces(state, changed)) doomed.set(state.urn, state);
    }
  }
  return deletionOrder([...doomed.values()]).filter((state) => state !== root);
}
