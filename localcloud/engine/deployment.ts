import { randomBytes } from "node:crypto";
import type { ProviderCore } from "../provider/core";
import { PartialFailure, type Properties } from "../provider/types";
import { hashAssets } from "./assets";
import { DeploymentError, type DeploymentEvents, type Operation } from "./events";
import { applyIgnoreChanges } from "./ignoreChanges";
import { deletionOrder, type ResourceState, type StackState } from "./state";
import { typeOf } from "./urn";
import { plainProperties, secretKeys } from "./values";

/** What a program asks for one custom resource. */
export interface ResourceGoal {
  readonly urn: string;
  readonly type: string;
  /** As registered: secrets still marked. */
  readonly inputs: Properties;
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly deleteBeforeReplace: boolean | undefined;
  readonly importId: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  /** URNs that the resource may have had before it was renamed. */
  readonly aliases: readonly string[];
}

/** Brings one stack to what its program says: check, diff, create, update, replace, delete. */
export class Deployment {
  private readonly seen = new Set<string>();

  constructor(
    private readonly state: StackState,
    private readonly provider: ProviderCore,
    private readonly programDirectory: string,
    private readonly events: DeploymentEvents,
  ) {}

  /** Notes that the program still wants this URN; a second time is the program's mistake. */
  claim(urn: string): void {
    if (this.seen.has(urn))
      throw new DeploymentError(
        urn,
        `Duplicate resource URN '${urn}'; two resources of one type and parent need different names.`,
      );
    this.seen.add(urn);
  }

  /** Applies one custom resource and returns what it is now. */
  async apply(goal: ResourceGoal): Promise<ResourceState> {
    const old = this.findOld(goal);
    const programInputs = hashAssets(plainProperties(goal.inputs), this.programDirectory);
    const news = old ? applyIgnoreChanges(programInputs, old.inputs, goal.ignoreChanges) : programInputs;
    const inputs = this.check(goal, news, old);
    if (!old) return goal.importId ? this.import(goal, inputs) : this.create(goal, inputs);
    const diff = this.provider.diff(goal.type, old.inputs, inputs, goal);
    if (!diff.changed) return this.keep(goal, old, inputs);
    if (diff.replace) return this.replace(goal, old, news, diff.deleteBeforeReplace);
    return this.update(goal, old, inputs, [...diff.detailed.keys()]);
  }

  /** Deletes what was replaced and what the program no longer names, dependents first. */
  async deleteRest(): Promise<void> {
    for (const replaced of this.state.takeReplaced()) await this.delete(replaced, "deleteReplaced");
    const gone = this.state.all().filter((state) => !this.seen.has(state.urn));
    for (const state of deletionOrder(gone)) {
      await this.delete(state, "delete");
      this.state.remove(state.urn);
    }
  }

  private findOld(goal: ResourceGoal): ResourceState | undefined {
    for (const urn of [goal.urn, ...goal.aliases]) {
      const old = this.state.get(urn);
      if (!old || old.external) continue;
      if (urn !== goal.urn) this.state.remove(urn);
      return old;
    }
    return undefined;
  }

  /** `seed` is empty for a first creation, so that names are the same on every start of a fresh cloud. */
  private check(
    goal: ResourceGoal,
    news: Properties,
    old?: ResourceState,
    seed: Uint8Array = Buffer.alloc(0),
  ): Properties {
    const { inputs, failures } = this.provider.check({
      urn: goal.urn,
      type: goal.type,
      olds: old?.inputs,
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

  private async create(goal: ResourceGoal, inputs: Properties): Promise<ResourceState> {
    const { id, outputs } = await this.step("create", goal.urn, [], async () => {
      try {
        return await this.provider.create(goal.type, inputs);
      } catch (error) {
        if (error instanceof PartialFailure)
          this.state.set(this.result(goal, inputs, error.id, error.outputs));
        throw error;
      }
    });
    return this.remember(goal, inputs, id, outputs);
  }

  private async import(goal: ResourceGoal, inputs: Properties): Promise<ResourceState> {
    const outputs = await this.step("import", goal.urn, [], async () => {
      const found = await this.provider.read(goal.type, goal.importId, inputs);
      if (!found)
        throw new DeploymentError(goal.urn, `There is no ${goal.type} with id '${goal.importId}' to import.`);
      return found;
    });
    return this.remember(goal, inputs, goal.importId, outputs);
  }

  private keep(goal: ResourceGoal, old: ResourceState, inputs: Properties): ResourceState {
    this.events.emit("step", { operation: "same", urn: goal.urn, type: goal.type, changes: [], done: true });
    return this.remember(goal, inputs, old.id ?? "", old.outputs);
  }

  private async update(
    goal: ResourceGoal,
    old: ResourceState,
    inputs: Properties,
    changes: readonly string[],
  ): Promise<ResourceState> {
    const id = old.id ?? "";
    const outputs = await this.step("update", goal.urn, changes, () =>
      this.provider.update(goal.type, id, inputs, old.inputs),
    );
    return this.remember(goal, inputs, id, outputs);
  }

  private async replace(
    goal: ResourceGoal,
    old: ResourceState,
    news: Properties,
    deleteFirst: boolean,
  ): Promise<ResourceState> {
    this.refuseProtected(old);
    // A generated name is generated anew, so that both can exist for a moment.
    const inputs = this.check(goal, news, undefined, randomBytes(16));
    if (goal.deleteBeforeReplace ?? deleteFirst) {
      await this.delete(old, "deleteReplaced");
      this.state.remove(old.urn);
    } else {
      this.state.deleteLater(old);
    }
    return this.create(goal, inputs);
  }

  private async delete(state: ResourceState, operation: "delete" | "deleteReplaced"): Promise<void> {
    if (!state.custom || state.external || state.type.startsWith("pulumi:")) return;
    this.refuseProtected(state);
    const parentGone = state.deletedWith !== "" && !this.seen.has(state.deletedWith);
    if (state.retainOnDelete || parentGone) return;
    await this.step(operation, state.urn, [], () =>
      this.provider.delete(state.type, state.id ?? "", state.inputs, state.outputs),
    );
  }

  private refuseProtected(state: ResourceState): void {
    if (state.protect)
      throw new DeploymentError(
        state.urn,
        "It is protected (the option `protect` is set) and would be deleted; remove the option first.",
      );
  }

  private async step<T>(
    operation: Operation,
    urn: string,
    changes: readonly string[],
    work: () => Promise<T>,
  ): Promise<T> {
    const step = { operation, urn, type: typeOf(urn), changes };
    this.events.emit("step", { ...step, done: false });
    try {
      const result = await work();
      this.events.emit("step", { ...step, done: true });
      return result;
    } catch (error) {
      if (error instanceof DeploymentError) throw error;
      throw new DeploymentError(urn, error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  private remember(goal: ResourceGoal, inputs: Properties, id: string, outputs: Properties): ResourceState {
    const state = this.result(goal, inputs, id, outputs);
    this.state.set(state);
    return state;
  }

  private result(goal: ResourceGoal, inputs: Properties, id: string, outputs: Properties): ResourceState {
    const secrets = new Set([
      ...secretKeys(goal.inputs),
      ...goal.additionalSecretOutputs,
      ...this.provider.secretOutputs(goal.type),
    ]);
    return {
      urn: goal.urn,
      type: goal.type,
      custom: true,
      id,
      parent: goal.parent,
      dependencies: goal.dependencies,
      inputs,
      outputs,
      secrets: [...secrets],
      protect: goal.protect,
      retainOnDelete: goal.retainOnDelete,
      deletedWith: goal.deletedWith,
      external: false,
    };
  }
}
