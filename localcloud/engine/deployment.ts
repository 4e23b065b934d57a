import { randomBytes } from "node:crypto";
import type { ProviderCore } from "../provider/core";
import { errorText } from "../provider/errorText";
import { PartialFailure, type Properties } from "../provider/types";
import { plainProperties, secretKeys, UNKNOWN } from "../provider/values";
import { cause, traced, within } from "../core/trace";
import { hashAssets } from "./assets";
import { DeploymentError, type DeploymentEvents, type Operation, type StepEvent } from "./events";
import { applyIgnoreChanges } from "./ignoreChanges";
import type { Providers } from "./providers";
import {
  deletionOrder,
  dependentReplacements,
  isOurs,
  type ResourceState,
  type StackState,
} from "./state";
import { nameOf, typeOf } from "./urn";

/** A program's request for one custom resource. */
export interface ResourceGoal {
  readonly urn: string;
  readonly type: string;
  /** As registered: secrets still marked. */
  readonly inputs: Properties;
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URN of an explicit provider; empty = the stack's own. */
  readonly provider: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly deleteBeforeReplace: boolean | undefined;
  readonly importId: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  /** URNs that the resource may have had before a rename. */
  readonly aliases: readonly string[];
}

/** Brings one stack to the state that its program describes: check, diff, create, update, replace, delete. */
export class Deployment {
  private readonly seen = new Set<string>();
  /** The deployment in its trace; the program's requests come from outside of it. */
  private readonly by = cause();
  /** By URN: a new resource is not in the state yet. */
  private readonly parents = new Map<string, string>();

  constructor(
    private readonly state: StackState,
    private readonly providers: Providers,
    private readonly programDirectory: string,
    private readonly events: DeploymentEvents,
    /** Resolves when the state matches AWS, if the project enables refresh; no diff is made before that. */
    readonly refreshed: Promise<void> = Promise.resolve(),
  ) {}

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
    this.parents.set(goal.urn, goal.parent);
    const asked = hashAssets(plainProperties(goal.inputs), this.programDirectory);
    await this.refreshed;
    const old = await this.settle(this.findOld(goal));
    if (!old) {
      if (goal.importId) return this.import(goal, asked);
      // AWS may refuse to reuse a deleted name so soon (SQS: for 60 seconds).
      const seed = this.state.hadBefore(goal.urn) ? randomBytes(16) : undefined;
      return this.create(goal, this.check(goal, asked, undefined, seed));
    }
    const news = applyIgnoreChanges(asked, old.inputs, goal.ignoreChanges);
    const inputs = this.check(goal, news, old.inputs);
    const diff = this.provider(goal).diff(goal.type, old.inputs, inputs, goal);
    // A changed provider may have another region now.
    const { region } = old.outputs;
    const moved = region !== undefined && region !== this.provider(goal).regionOf(inputs);
    if (diff.replace || moved)
      return this.replace(goal, old, news, goal.deleteBeforeReplace ?? diff.deleteBeforeReplace);
    if (diff.changed) return this.update(goal, old, inputs, [...diff.detailed.keys()]);
    return this.keep(goal, old, inputs);
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

  /** Announces a step and runs it; an error names its resource. */
  async step<T>(
    operation: Operation,
    urn: string,
    changes: readonly string[],
    work: () => Promise<T>,
  ): Promise<T> {
    const step = { operation, urn, type: typeOf(urn), parent: this.parentOf(urn), changes };
    this.events.emit("step", { ...step, done: false });
    try {
      const result = await this.traced(step, work);
      this.events.emit("step", { ...step, done: true });
      return result;
    } catch (error) {
      if (error instanceof DeploymentError) throw error;
      throw new DeploymentError(urn, errorText(error), { cause: error });
    }
  }

  private traced<T>(
    { operation, urn, type }: Omit<StepEvent, "done">,
    work: () => Promise<T>,
  ): Promise<T> {
    const { by } = this;
    const start = { kind: "resource", name: nameOf(urn), data: { urn, type, operation } } as const;
    return within(by, () => traced(by?.trace.tracer, start, work));
  }

  private parentOf(urn: string): string {
    return this.parents.get(urn) ?? this.state.get(urn)?.parent ?? "";
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

  /**
   * Checks inputs. `seed` is empty for a first creation, so that names are the same on every start of a fresh cloud.
   */
  private check(
    goal: ResourceGoal,
    news: Properties,
    olds?: Properties,
    seed: Uint8Array = Buffer.alloc(0),
  ): Properties {
    const { urn, type } = goal;
    const { inputs, failures } = this.provider(goal).check({
      urn,
      type,
      olds,
      news,
      randomSeed: seed,
    });
    if (failures.length > 0)
      throw new DeploymentError(
        goal.urn,
        failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"),
      );
    return inputs;
  }

  /** Creates a resource. `made` is called as soon as it exists, even if the creation then fails halfway. */
  private async create(
    goal: ResourceGoal,
    inputs: Properties,
    made?: () => void,
  ): Promise<ResourceState> {
    return this.step("create", goal.urn, [], async () => {
      try {
        const { id, outputs } = await this.provider(goal).create(goal.type, inputs);
        made?.();
        return this.remember(goal, inputs, id, outputs);
      } catch (error) {
        if (error instanceof PartialFailure) {
          made?.();
          this.state.set({
            ...this.result(goal, inputs, error.id, error.outputs),
            incomplete: true,
          });
        }
        throw error;
      }
    });
  }

  private async import(goal: ResourceGoal, asked: Properties): Promise<ResourceState> {
    const { type, importId } = goal;
    return this.step("import", goal.urn, [], async () => {
      const found = await this.provider(goal).import(type, importId, asked);
      if (!found)
        throw new DeploymentError(goal.urn, `There is no ${type} with id '${importId}' to import.`);
      const news = applyIgnoreChanges(asked, found.inputs, goal.ignoreChanges);
      const inputs = this.check(goal, news, found.inputs);
      const { changed, detailed } = this.provider(goal).diff(type, found.inputs, inputs);
      if (changed)
        throw new DeploymentError(
          goal.urn,
          `The inputs do not match the existing resource '${importId}'; they differ in ${[...detailed.keys()].join(", ")}.`,
        );
      return this.remember(goal, inputs, importId, found.outputs);
    });
  }

  private keep(goal: ResourceGoal, old: ResourceState, inputs: Properties): ResourceState {
    this.events.emit("step", {
      operation: "same",
      urn: goal.urn,
      type: goal.type,
      parent: goal.parent,
      changes: [],
      done: true,
    });
    return this.remember(goal, inputs, old.id ?? "", old.outputs);
  }

  private async update(
    goal: ResourceGoal,
    old: ResourceState,
    inputs: Properties,
    changes: readonly string[],
  ): Promise<ResourceState> {
    const id = old.id ?? "";
    return this.step("update", goal.urn, changes, async () => {
      try {
        const outputs = await this.provider(goal).update(goal.type, id, inputs, old.inputs);
        return this.remember(goal, inputs, id, outputs);
      } catch (error) {
        this.state.set({ ...old, incomplete: true });
        throw error;
      }
    });
  }

  private async replace(
    goal: ResourceGoal,
    old: ResourceState,
    news: Properties,
    deleteFirst: boolean,
  ): Promise<ResourceState> {
    refuseProtected(old);
    // A generated name is generated again, so that both resources can exist for a moment.
    const inputs = this.check(goal, news, undefined, randomBytes(16));
    if (!deleteFirst) return this.create(goal, inputs, () => this.state.deleteLater(old));
    const doomed = dependentReplacements(old, this.state.all(), (state, changed) =>
      this.replacedByChangeOf(state, changed),
    );
    doomed.forEach(refuseProtected);
    for (const state of [...doomed, old]) {
      await this.delete(state, "deleteReplaced");
      this.state.remove(state.urn);
    }
    return this.create(goal, inputs);
  }

  /** Checks whether this resource would be replaced if these inputs changed to values that are not known yet. */
  private replacedByChangeOf(state: ResourceState, changed: readonly string[]): boolean {
    const unknown = Object.fromEntries(changed.map((property) => [property, UNKNOWN]));
    return this.provider(state).diff(state.type, state.inputs, { ...state.inputs, ...unknown })
      .replace;
  }

  private async delete(
    state: ResourceState,
    operation: "delete" | "deleteReplaced",
  ): Promise<void> {
    if (!isOurs(state)) return;
    const gone = state.deletedWith !== "" && !this.seen.has(state.deletedWith);
    if (state.retainOnDelete || gone) return;
    await this.step(operation, state.urn, [], () =>
      this.providers
        .whereItIs(state)
        .delete(state.type, state.id ?? "", state.inputs, state.outputs),
    );
  }

  private remember(
    goal: ResourceGoal,
    inputs: Properties,
    id: string,
    outputs: Properties,
  ): ResourceState {
    const state = this.result(goal, inputs, id, outputs);
    this.state.set(state);
    return state;
  }

  private result(
    goal: ResourceGoal,
    inputs: Properties,
    id: string,
    outputs: Properties,
  ): ResourceState {
    const secrets = new Set([
      ...secretKeys(goal.inputs),
      ...goal.additionalSecretOutputs,
      ...this.provider(goal).secretOutputs(goal.type),
    ]);
    const { urn, type, parent, dependencies, propertyDependencies, provider } = goal;
    const { protect, retainOnDelete, deletedWith } = goal;
    return {
      ...{ urn, type, custom: true, id, parent, dependencies, propertyDependencies, provider },
      ...{ inputs, outputs, secrets: [...secrets] },
      ...{ protect, retainOnDelete, deletedWith, external: false },
    };
  }
}

function refuseProtected(state: ResourceState): void {
  if (state.protect && isOurs(state))
    throw new DeploymentError(
      state.urn,
      "It is protected (the option `protect` is set) and would be deleted; remove the option first.",
    );
}
