import { randomBytes } from "node:crypto";
import type { ProviderCore } from "../../provider/core";
import type { Properties } from "../../provider/types";
import { plainProperties, UNKNOWN } from "../../provider/values";
import { hashAssets } from "./assets";
import { DeploymentError, type DeploymentEvents } from "./events";
import type { ResourceGoal } from "./goal";
import { applyIgnoreChanges } from "./ignoreChanges";
import type { Providers } from "./providers";
import { ResourceOperations } from "./resourceOperations";
import {
  deletionOrder,
  dependentReplacements,
  isOurs,
  type ResourceState,
  type StackState,
} from "../state/state";
import { Steps } from "./steps";

/** Brings one stack to the state that its program describes: decides what to create, update, replace and delete. */
export class Deployment {
  readonly steps: Steps;
  private readonly operations: ResourceOperations;
  private readonly seen = new Set<string>();

  constructor(
    private readonly state: StackState,
    private readonly providers: Providers,
    private readonly programDirectory: string,
    events: DeploymentEvents,
    /** Resolves when the state matches AWS, if the project enables refresh; no diff is made before that. */
    readonly refreshed: Promise<void> = Promise.resolve(),
  ) {
    this.steps = new Steps(state, events);
    this.operations = new ResourceOperations(state, providers, this.steps);
  }

  /** Marks a URN as still wanted by the program; a second time is an error of the program. */
  claim(urn: string): void {
    if (this.seen.has(urn))
      throw new DeploymentError(
        urn,
        `Duplicate resource URN '${urn}'; two resources of one type and parent need different names.`,
      );
    this.seen.add(urn);
  }

  /** Applies one custom resource and returns its new state. */
  async apply(goal: ResourceGoal): Promise<ResourceState> {
    const { operations } = this;
    this.steps.setParent(goal.urn, goal.parent);
    const asked = hashAssets(plainProperties(goal.inputs), this.programDirectory);
    await this.refreshed;
    const old = await this.settle(this.findOld(goal));
    if (!old) {
      if (goal.importId) return operations.import(goal, asked);
      // AWS may refuse to reuse a deleted name so soon (SQS: for 60 seconds).
      const seed = this.state.hadBefore(goal.urn) ? randomBytes(16) : undefined;
      return operations.create(goal, operations.check(goal, asked, undefined, seed));
    }
    const news = applyIgnoreChanges(asked, old.inputs, goal.ignoreChanges);
    const inputs = operations.check(goal, news, old.inputs);
    const diff = this.provider(goal).diff(goal.type, old.inputs, inputs, goal);
    // A changed provider may have another region now.
    const { region } = old.outputs;
    const moved = region !== undefined && region !== this.provider(goal).regionOf(inputs);
    if (diff.replace || moved)
      return this.replace(goal, old, news, goal.deleteBeforeReplace ?? diff.deleteBeforeReplace);
    if (diff.changed) return operations.update(goal, old, inputs, [...diff.detailed.keys()]);
    return operations.keep(goal, old, inputs);
  }

  /**
   * Deletes replaced resources and those that the program no longer declares, dependents first. If a protected resource
   * is among them, it fails before anything is deleted; `stopped` ends it between two deletions.
   */
  async deleteRest(stopped: () => boolean): Promise<void> {
    await this.refreshed;
    const gone = this.state.all().filter((state) => !this.seen.has(state.urn));
    gone.forEach(refuseProtected);
    const replaced = new Set(this.state.allReplaced());
    for (const state of deletionOrder([...replaced, ...gone])) {
      if (stopped()) throw new DeploymentError("", "The run was interrupted.");
      await this.delete(state, replaced.has(state) ? "deleteReplaced" : "delete");
      this.state.forget(state);
    }
  }

  private provider({ provider }: Pick<ResourceState, "provider">): ProviderCore {
    return this.providers.of(provider);
  }

  private findOld(goal: ResourceGoal): ResourceState | undefined {
    for (const urn of [goal.urn, ...goal.aliases]) {
      const old = this.state.get(urn);
      if (!old?.custom || old.external || (urn !== goal.urn && this.seen.has(urn))) continue;
      if (urn === goal.urn) return old;
      // The rename is kept, whether or not the rest succeeds.
      const renamed = { ...old, urn: goal.urn };
      this.state.forget(old);
      this.state.set(renamed);
      return renamed;
    }
    return undefined;
  }

  /**
   * Reads a resource whose creation or update stopped halfway: its actual state in AWS counts, not the requested one.
   */
  private async settle(old: ResourceState | undefined): Promise<ResourceState | undefined> {
    if (!old?.incomplete) return old;
    const found = await this.providers.whereItIs(old).refresh(old.type, old.id ?? "", old.inputs);
    if (found) return { ...old, ...found };
    this.state.forget(old);
    return undefined;
  }

  private async replace(
    goal: ResourceGoal,
    old: ResourceState,
    news: Properties,
    deleteFirst: boolean,
  ): Promise<ResourceState> {
    refuseProtected(old);
    const { operations } = this;
    // A generated name is generated again, so that both resources can exist for a moment.
    const inputs = operations.check(goal, news, undefined, randomBytes(16));
    if (!deleteFirst) return operations.create(goal, inputs, () => this.state.deleteLater(old));
    const toDelete = dependentReplacements(old, this.state.all(), (state, changed) =>
      this.replacedByChangeOf(state, changed),
    );
    toDelete.forEach(refuseProtected);
    for (const state of [...toDelete, old]) {
      await this.delete(state, "deleteReplaced");
      this.state.remove(state.urn);
    }
    return operations.create(goal, inputs);
  }

  /** Checks whether this resource would be replaced if these inputs changed to values that are not known yet. */
  private replacedByChangeOf(state: ResourceState, changed: readonly string[]): boolean {
    const unknown = Object.fromEntries(changed.map((property) => [property, UNKNOWN]));
    return this.provider(state).diff(state.type, state.inputs, { ...state.inputs, ...unknown })
      .replace;
  }

  /** Deletes a resource, unless AWS must keep it or it goes with another one that is deleted. */
  private async delete(
    state: ResourceState,
    operation: "delete" | "deleteReplaced",
  ): Promise<void> {
    if (!isOurs(state)) return;
    const gone = state.deletedWith !== "" && !this.seen.has(state.deletedWith);
    if (!state.retainOnDelete && !gone) await this.operations.delete(state, operation);
  }
}

function refuseProtected(state: ResourceState): void {
  if (state.protect && isOurs(state))
    throw new DeploymentError(
      state.urn,
      "It is protected (the option `protect` is set) and would be deleted; remove the option first.",
    );
}
