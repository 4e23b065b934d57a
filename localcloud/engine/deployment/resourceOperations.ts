import type { ProviderCore } from "../../provider/core";
import { PartialFailure, type Properties } from "../../provider/types";
import { secretKeys } from "../../provider/values";
import { DeploymentError } from "./events";
import type { ResourceGoal } from "./goal";
import { applyIgnoreChanges } from "./ignoreChanges";
import type { Providers } from "./providers";
import type { ResourceState, StackState } from "../state/state";
import type { Steps } from "./steps";

/** Checks, creates, imports, updates and deletes single resources, each as an announced step, and records what exists. */
export class ResourceOperations {
  constructor(
    private readonly state: StackState,
    private readonly providers: Providers,
    private readonly steps: Steps,
  ) {}

  /**
   * Checks inputs. `seed` is empty for a first creation, so that names are the same on every start of a fresh cloud.
   */
  check(
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
  async create(goal: ResourceGoal, inputs: Properties, made?: () => void): Promise<ResourceState> {
    return this.steps.run("create", goal.urn, [], async () => {
      try {
        const { id, outputs } = await this.provider(goal).create(goal.type, inputs);
        made?.();
        return this.remember(goal, inputs, id, outputs);
      } catch (error) {
        if (error instanceof PartialFailure) {
          made?.();
          const state = stateOf(goal, inputs, error.id, error.outputs, this.provider(goal));
          this.state.set({ ...state, incomplete: true });
        }
        throw error;
      }
    });
  }

  /** Takes over the resource that `importId` names; its inputs must match those of the program. */
  async import(goal: ResourceGoal, asked: Properties): Promise<ResourceState> {
    const { type, importId } = goal;
    return this.steps.run("import", goal.urn, [], async () => {
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

  keep(goal: ResourceGoal, old: ResourceState, inputs: Properties): ResourceState {
    this.steps.same(goal);
    return this.remember(goal, inputs, old.id ?? "", old.outputs);
  }

  async update(
    goal: ResourceGoal,
    old: ResourceState,
    inputs: Properties,
    changes: readonly string[],
  ): Promise<ResourceState> {
    const id = old.id ?? "";
    return this.steps.run("update", goal.urn, changes, async () => {
      try {
        const outputs = await this.provider(goal).update(goal.type, id, inputs, old.inputs);
        return this.remember(goal, inputs, id, outputs);
      } catch (error) {
        this.state.set({ ...old, incomplete: true });
        throw error;
      }
    });
  }

  /** Deletes a resource in AWS; the caller removes it from the state. */
  async delete(state: ResourceState, operation: "delete" | "deleteReplaced"): Promise<void> {
    await this.steps.run(operation, state.urn, [], () =>
      this.providers
        .whereItIs(state)
        .delete(state.type, state.id ?? "", state.inputs, state.outputs),
    );
  }

  private provider({ provider }: ResourceGoal): ProviderCore {
    return this.providers.of(provider);
  }

  private remember(
    goal: ResourceGoal,
    inputs: Properties,
    id: string,
    outputs: Properties,
  ): ResourceState {
    const state = stateOf(goal, inputs, id, outputs, this.provider(goal));
    this.state.set(state);
    return state;
  }
}

function stateOf(
  goal: ResourceGoal,
  inputs: Properties,
  id: string,
  outputs: Properties,
  provider: ProviderCore,
): ResourceState {
  const secrets = new Set([
    ...secretKeys(goal.inputs),
    ...goal.additionalSecretOutputs,
    ...provider.secretOutputs(goal.type),
  ]);
  const { urn, type, parent, dependencies, propertyDependencies } = goal;
  const { protect, retainOnDelete, deletedWith } = goal;
  return {
    ...{ urn, type, custom: true, id, parent, dependencies, propertyDependencies },
    ...{ provider: goal.provider, inputs, outputs, secrets: [...secrets] },
    ...{ protect, retainOnDelete, deletedWith, external: false },
  };
}
