import type { DeploymentEvents, StepEvent } from "./events";
import type { StackState } from "../state/state";

/**
 * Milliseconds without an answer to one of the first resources after which the others stop waiting: the program may
 * need one of them before it can register the first.
 */
const LONGEST_IDLE_MS = 200;

/**
 * The order in which a program's resources are processed. A developer saves the same file repeatedly, and engine and
 * program have much work to do for each resource. So the resources that the last update changed are processed first,
 * with their dependencies; all others start when these are done, or when these make no progress.
 */
export class AnswerOrder {
  private readonly waiting: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isOver: boolean;

  constructor(private readonly first: Set<string>) {
    this.isOver = first.size === 0;
  }

  /** Resolves when the work on this resource may begin. */
  async turnOf(urn: string): Promise<void> {
    if (!this.isOver && !this.first.has(urn)) await this.wait();
  }

  /** Records that the program has its answer for this resource. */
  answered(urn: string): void {
    if (!this.first.delete(urn)) return;
    if (this.first.size === 0) this.end();
    else this.timer?.refresh();
  }

  /** Releases everything that waits. */
  end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    for (const go of this.waiting.splice(0)) go();
  }

  private wait(): Promise<void> {
    this.timer ??= setTimeout(() => this.end(), LONGEST_IDLE_MS);
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

/** The resources that the last update of a stack changed. */
export class LastUpdate {
  private urns: ReadonlySet<string> = new Set();

  /** Records the changes of an update, which may fail halfway, until the returned function is called. */
  follow(events: DeploymentEvents): () => void {
    const changed = new Set<string>();
    const note = ({ urn, operation, done }: StepEvent): void => {
      if (done && (operation === "update" || operation === "create")) changed.add(urn);
    };
    events.on("step", note);
    return () => {
      events.off("step", note);
      // An update without changes does not predict what the next one changes.
      if (changed.size > 0) this.urns = changed;
    };
  }

  /** Returns the changed resources with all their dependencies. */
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
