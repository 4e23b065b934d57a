import { cause, traced, within } from "../../core/trace";
import { errorText } from "../../provider/errorText";
import { DeploymentError, type DeploymentEvents, type Operation, type StepEvent } from "./events";
import type { StackState } from "../state/state";
import { nameOf, typeOf } from "../state/urn";

/** Announces the steps of one deployment, and traces them as part of what started it. */
export class Steps {
  /** The deployment in its trace; the program's requests come from outside of it. */
  private readonly by = cause();
  /** By URN: a new resource is not in the state yet. */
  private readonly parents = new Map<string, string>();

  constructor(
    private readonly state: StackState,
    private readonly events: DeploymentEvents,
  ) {}

  /** Names the component that contains a resource, before its first step. */
  setParent(urn: string, parent: string): void {
    this.parents.set(urn, parent);
  }

  /** Announces a step and runs it; an error names its resource. */
  async run<T>(
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

  /** Announces that a resource stays as it is. */
  same({ urn, type, parent }: Pick<StepEvent, "urn" | "type" | "parent">): void {
    this.events.emit("step", { operation: "same", urn, type, parent, changes: [], done: true });
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
}
