import type { Operation, StepEvent } from "../../engine/deployment/events";
import { nameOf, STACK_TYPE, typeOf } from "../../engine/state/urn";

/** A component at the top of the program, with the changes inside it. */
export interface ChangeGroup {
  readonly type: string;
  readonly name: string;
  readonly steps: readonly StepEvent[];
}

/** Groups the steps of a deployment by the top-level component that they belong to. */
export class ChangeGroups {
  private readonly groups = new Map<string, StepEvent[]>();

  /** @param parentOf returns the URN of the component that contains a component. */
  constructor(private readonly parentOf: (urn: string) => string | undefined) {}

  /** Checks whether the step is inside a component; if so, it is kept for the summary. */
  takes(step: StepEvent): boolean {
    if (isTop(step.parent)) return false;
    const root = this.rootOf(step.parent);
    if (step.done) this.groups.set(root, [...(this.groups.get(root) ?? []), step]);
    return true;
  }

  all(): ChangeGroup[] {
    return [...this.groups].map(([urn, steps]) => ({
      type: typeOf(urn),
      name: nameOf(urn),
      steps,
    }));
  }

  private rootOf(urn: string): string {
    const parent = this.parentOf(urn);
    return parent === undefined || isTop(parent) ? urn : this.rootOf(parent);
  }
}

function isTop(parent: string): boolean {
  return parent === "" || typeOf(parent) === STACK_TYPE;
}

/** Formats counts as `12 created, 1 updated`, in the order of a summary. */
export function countText(
  operations: Iterable<Operation>,
  words: Readonly<Record<Operation, string>>,
): string {
  const counts = new Map<Operation, number>();
  for (const operation of operations) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return (Object.keys(words) as Operation[])
    .flatMap((operation) =>
      counts.has(operation) ? [`${counts.get(operation)} ${words[operation]}`] : [],
    )
    .join(", ");
}
