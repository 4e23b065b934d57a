import type { DeploymentEvents, StepEvent } from "./events";
import type { StackState } from "./state";

/**
 * Milliseconds without an answer to one of the first ones after which the others wait no longer: the program may need
 * one of them before it can ask for the first.
 */
const LONGEST_STANDSTILL_MS = 200;

/**
 * In which order a program's resources are worked on. A developer saves the same file again and again, and engine and
 * program have much to do with each resource: what the last update changed comes first, with all that it is made of.
 * Everything else is begun when that is done, or when that gets no further.
 */
export class AnswerOrder {
  private readonly waiting: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isOver: boolean;

  constructor(private readonly first: Set<string>) {
    this.isOver = first.size === 0;
  }

  /** Resolves when the work on this one may begin. */
  async turnOf(urn: string): Promise<void> {
    if (!this.isOver && !this.first.has(urn)) await this.wait();
  }

  /** Notes that the program has its answer about this one. */
  answered(urn: string): void {
    if (!this.first.delete(urn)) return;
    if (this.first.size === 0) this.end();
    else this.timer?.refresh();
  }

  /** Lets all go that wait. */
  end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    for (const go of this.waiting.splice(0)) go();
  }

  private wait(): Promise<void> {
    this.timer ??= setTimeout(() => this.end(), LONGEST_STANDSTILL_MS);
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

/** What the last update of a stack changed. */
export class LastUpdate {
  private urns: ReadonlySet<string> = new Set();

  /** Takes notes of an update, which may fail half-way, until the returned function is called. */
  follow(events: DeploymentEvents): () => void {
    const changed = new Set<string>();
    const note = ({ urn, operation, done }: StepEvent): void => {
      if (done && (operation === "update" || operation === "create")) changed.add(urn);
    };
    events.on("step", note);
    return () => {
      events.off("step", note);
      // A save that changes nothing here says nothing of the next one.
      if (changed.size > 0) this.urns = changed;
    };
  }

  /** What it changed, with everything that this needs to be there. */
  withDependencies(state: StackState): Set<string> {
    const all = new Set<string>();
    const queue = [...this.urns];
    for (let urn = queue.pop(); urn !== undefined; urn = queue.pop()) {
      const resource = all.has(urn) ? undefined : state.get(urn);
      if (!resource) continue;
      all.add(urn);
      queue.push(resource.parent, ...resource.dependencies);
    }
    return all;
  }
}
