import type { Properties } from "../../provider/types";
import { withSecrets } from "../../provider/values";

/** The engine's record of one resource after it was applied. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  /** Id in AWS; absent for components. */
  readonly id?: string;
  readonly parent: string;
  /** URNs that it depends on: explicit ones, those of its inputs, its provider, `deletedWith`. */
  readonly dependencies: readonly string[];
  /** URNs behind each input, used when a resource that it depends on is replaced. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URN of an explicit provider; empty = the stack's default. */
  readonly provider: string;
  /** Inputs after check, secrets unwrapped. */
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Top-level properties that are secret. */
  readonly secrets: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  /** Read by `.get()`: known, but not managed by the stack. */
  readonly external: boolean;
  /** A creation or update stopped halfway: the actual state in AWS may differ from the inputs. */
  readonly incomplete?: boolean;
}

/** Checks whether the stack manages it in AWS: not so components, providers and resources that were only read. */
export function isOurs({ custom, external, type }: ResourceState): boolean {
  return custom && !external && !type.startsWith("pulumi:");
}

/** Returns a resource's outputs with the secret ones marked, as programs receive them. */
export function markedOutputs({ outputs, secrets }: ResourceState): Properties {
  return withSecrets(outputs, secrets);
}

/** The deployed resources of a stack between two runs. */
export interface SavedStack {
  readonly resources: readonly ResourceState[];
  readonly replaced: readonly ResourceState[];
  /** Every URN that was ever deployed. */
  readonly urns: readonly string[];
}

/** The deployed resources of one stack. After a failed run it contains exactly what really exists. */
export class StackState {
  private readonly resources = new Map<string, ResourceState>();
  /** Replaced resources that are deleted after everything new has been created. */
  private readonly replaced: ResourceState[] = [];
  private readonly urns = new Set<string>();

  get(urn: string): ResourceState | undefined {
    return this.resources.get(urn);
  }

  set(state: ResourceState): void {
    this.resources.set(state.urn, state);
    this.urns.add(state.urn);
  }

  /** Checks whether a resource with this URN was ever deployed, even if it is deleted now. */
  hadBefore(urn: string): boolean {
    return this.urns.has(urn);
  }

  remove(urn: string): void {
    this.resources.delete(urn);
  }

  /** Keeps a replaced resource until it is deleted. */
  deleteLater(state: ResourceState): void {
    this.replaced.push(state);
  }

  /** Returns the replaced resources that still exist. */
  allReplaced(): readonly ResourceState[] {
    return this.replaced;
  }

  /** Removes exactly this resource, whether it was replaced or not. */
  forget(state: ResourceState): void {
    const at = this.replaced.indexOf(state);
    if (at >= 0) this.replaced.splice(at, 1);
    else if (this.resources.get(state.urn) === state) this.resources.delete(state.urn);
  }

  /** Removes everything, as if nothing had ever been deployed. */
  clear(): void {
    this.resources.clear();
    this.urns.clear();
    this.replaced.length = 0;
  }

  save(): SavedStack {
    return { resources: this.all(), replaced: [...this.replaced], urns: [...this.urns] };
  }

  /** Continues with the resources of an earlier run. */
  restore({ resources, replaced, urns }: SavedStack): void {
    for (const state of resources) this.set(state);
    for (const urn of urns) this.urns.add(urn);
    this.replaced.push(...replaced);
  }

  all(): ResourceState[] {
    return [...this.resources.values()];
  }

  get size(): number {
    return this.resources.size;
  }
}

/** Returns resources in the order in which they must be deleted: dependents first. */
export function deletionOrder(toDelete: readonly ResourceState[]): ResourceState[] {
  // A URN may occur twice here: for a replaced resource, and for its successor, which is deleted too.
  const byUrn = new Map<string, ResourceState[]>();
  for (const state of toDelete) byUrn.set(state.urn, [...(byUrn.get(state.urn) ?? []), state]);
  const order: ResourceState[] = [];
  const visited = new Set<ResourceState>();
  const visit = (state: ResourceState): void => {
    if (visited.has(state)) return;
    visited.add(state);
    for (const urn of [...state.dependencies, state.parent]) byUrn.get(urn)?.forEach(visit);
    order.push(state);
  };
  toDelete.forEach(visit);
  return order.reverse();
}

/**
 * Returns the resources that must be deleted while `root` is replaced: those with an input that comes from it (or from
 * another such resource) and whose change `replaces` them; in the order of deletion.
 */
export function dependentReplacements(
  root: ResourceState,
  all: readonly ResourceState[],
  replaces: (state: ResourceState, changed: readonly string[]) => boolean,
): ResourceState[] {
  const toDelete = new Map([[root.urn, root]]);
  for (let before = 0; before < toDelete.size;) {
    before = toDelete.size;
    for (const state of all) {
      if (toDelete.has(state.urn) || !state.custom || state.external) continue;
      const changed = Object.entries(state.propertyDependencies)
        .filter(([, urns]) => urns.some((urn) => toDelete.has(urn)))
        .map(([property]) => property);
      if (changed.length > 0 && replaces(state, changed)) toDelete.set(state.urn, state);
    }
  }
  return deletionOrder([...toDelete.values()]).filter((state) => state !== root);
}
