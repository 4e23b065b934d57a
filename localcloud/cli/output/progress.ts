import type {
  DeploymentEvents,
  DiagnosticEvent,
  Operation,
  StepEvent,
} from "../../engine/deployment/events";
import { nameOf } from "../../engine/state/urn";
import { type ChangeGroup, ChangeGroups, countText } from "./changeGroups";
import type { LiveOutput } from "./liveOutput";
import type { Style } from "./style";

const MARKS: Readonly<Record<Operation, string>> = {
  same: " ",
  create: "+",
  update: "~",
  delete: "-",
  deleteReplaced: "-",
  import: "=",
  read: ">",
  changed: "!",
  gone: "!",
};

/** Words for what was done, in the order of a summary. */
const DONE: Readonly<Record<Operation, string>> = {
  changed: "found changed",
  gone: "found deleted",
  create: "created",
  update: "updated",
  import: "imported",
  read: "read",
  delete: "deleted",
  deleteReplaced: "deleted the replaced one",
  same: "unchanged",
};

/** How often the elapsed time of the status is updated. */
const TICK_MS = 500;

export interface ProgressOptions {
  /** Returns the URN of the component that contains a component; without it every resource has a line. */
  readonly parentOf?: (urn: string) => string | undefined;
  /** Print failures and warnings only. Default false. */
  readonly quiet?: boolean;
}

/**
 * Prints the progress and result of a deployment: a line for each resource at the top of the program, and at the end
 * one for each component, listing existing resources inside it that have changed.
 */
export class Progress {
  private readonly groups: ChangeGroups | undefined;
  private readonly operations: Operation[] = [];
  private readonly errors = new Set<string>();
  private readonly started = performance.now();
  private readonly quiet: boolean;
  private underWay = 0;

  constructor(
    events: DeploymentEvents,
    private readonly out: LiveOutput,
    private readonly style: Style,
    { parentOf, quiet = false }: ProgressOptions = {},
  ) {
    this.quiet = quiet;
    this.groups = parentOf && new ChangeGroups(parentOf);
    const onStep = (event: StepEvent): void => this.step(event);
    const onDiagnostic = (event: DiagnosticEvent): void => this.diagnostic(event);
    events.on("step", onStep);
    events.on("diagnostic", onDiagnostic);
    const tick = setInterval(() => this.out.show(this.status()), TICK_MS).unref();
    if (quiet) clearInterval(tick);
    let listening = true;
    this.end = () => {
      events.off("step", onStep);
      events.off("diagnostic", onDiagnostic);
      clearInterval(tick);
      this.out.show("");
      if (listening) this.groups?.all().forEach((group) => this.printGroup(group));
      listening = false;
    };
  }

  /** Stops listening, removes the status and prints the components. */
  readonly end: () => void;

  /** Returns `27 created, 1 updated, 40 unchanged in 2.1 s` */
  summary(): string {
    return `${countText(this.operations, DONE) || "nothing changed"} in ${this.seconds(1)} s`;
  }

  /** Checks whether an error has already been printed for its resource. */
  hasSaid(error: string): boolean {
    return this.errors.has(error.trimEnd());
  }

  /** Returns why it failed, unless that has been printed, and what was done before. */
  failure(why: string): string {
    return this.hasSaid(why) ? this.summary() : `${why} (${this.summary()})`;
  }

  /** Prints a line of the program's output. */
  programLine(line: string): void {
    this.out.write(`  ${this.style.dim(line)}\n`);
  }

  /** Returns `12 done, 3 under way, 2 s`; only the program knows the total. */
  private status(): string {
    const done = this.operations.length;
    // Before its first resource, a program loads its modules and packs its callbacks.
    const what =
      done + this.underWay === 0
        ? "running the program"
        : `${done} done, ${this.underWay} under way`;
    return `  ${what}, ${this.seconds(0)} s`;
  }

  private seconds(digits: number): string {
    return ((performance.now() - this.started) / 1000).toFixed(digits);
  }

  private step(event: StepEvent): void {
    const { operation, done } = event;
    // Changes that a refresh finds, and unchanged resources, were never counted as under way.
    if (!["changed", "gone", "same"].includes(operation)) this.underWay += done ? -1 : 1;
    if (done) this.operations.push(operation);
    if (this.groups?.takes(event) || operation === "same" || !done) return;
    this.printStep(event, "  ");
  }

  private printStep({ operation, urn, type, changes }: StepEvent, indent: string): void {
    if (this.quiet) return;
    const what = changes.length > 0 ? ` ${this.style.dim(`[${changes.join(", ")}]`)}` : "";
    this.out.write(
      `${indent}${this.mark(operation)} ${shortType(type).padEnd(34)} ${nameOf(urn)} ${this.style.dim(DONE[operation])}${what}\n`,
    );
  }

  /** Prints a component; its resources are not listed if all of them are new. */
  private printGroup({ type, name, steps }: ChangeGroup): void {
    const changed = steps.filter(({ operation }) => operation !== "same");
    if (this.quiet || changed.length === 0) return;
    const allNew = changed.every(({ operation }) => operation === "create" || operation === "read");
    const operations = changed.map(({ operation }) => operation);
    const mark = this.mark(allNew && changed.length === steps.length ? "create" : "update");
    const count = countText(operations, DONE);
    this.out.write(`  ${mark} ${shortType(type).padEnd(34)} ${name} ${this.style.dim(count)}\n`);
    if (!allNew || changed.length < steps.length)
      changed.forEach((step) => this.printStep(step, "      "));
  }

  private mark(operation: Operation): string {
    const { green, yellow, red } = this.style;
    const paint = operation === "create" ? green : operation === "update" ? yellow : red;
    return paint(MARKS[operation]);
  }

  private diagnostic({ severity, message, urn, ephemeral }: DiagnosticEvent): void {
    // Debug messages are shown only on request. Ephemeral ones are replaced by the next.
    if (
      (severity === "debug" && !process.env.LOCALCLOUD_DEBUG) ||
      ephemeral ||
      message.trim() === ""
    )
      return;
    if (severity === "error") this.errors.add(message.trimEnd());
    const { style } = this;
    const paint =
      severity === "error" ? style.red : severity === "warning" ? style.yellow : style.dim;
    const about = urn
      ? `${shortType(urn.split("::")[2].split("$").at(-1) ?? "")} ${nameOf(urn)}: `
      : "";
    this.out.write(`  ${paint(`${severity}: ${about}${message.trimEnd()}`)}\n`);
  }
}

/** `aws:iam/rolePolicy:RolePolicy` -> `aws:iam:RolePolicy` */
export function shortType(type: string): string {
  return type.replace(/\/[^:]*:/, ":");
}
