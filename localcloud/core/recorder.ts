import type { AccessCheck } from "./service";
import type { Principal } from "./principal";

/** One API call, successful or not. */
export interface RecordedCall {
  readonly sequence: number;
  /** Cloud time, milliseconds since the epoch. */
  readonly time: number;
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly principal: Principal;
  /** The IAM checks the call had to pass. */
  readonly checks: readonly Pick<AccessCheck, "action" | "resource">[];
  /** How many of them passed, in order; 0 for a call that failed before IAM was asked. */
  readonly checksPassed: number;
  readonly input: unknown;
  readonly outcome: "ok" | "denied" | "error" | "fault";
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** Selects calls; all given fields must match. */
export interface CallFilter {
  readonly service?: string;
  readonly operation?: string;
  readonly roleName?: string;
  readonly outcome?: RecordedCall["outcome"];
  /** Only calls after this sequence number. */
  readonly after?: number;
}

/** Maximum number of calls; the oldest are dropped, so that a long `localcloud up` needs little memory. */
const DEFAULT_CAPACITY = 20_000;

/** How often a role used one permission. */
export interface Usage {
  readonly roleName: string;
  readonly action: string;
  readonly resource: string;
  allowed: number;
  denied: number;
}

export class Recorder {
  private calls: RecordedCall[] = [];
  private readonly used = new Map<string, Usage>();
  private sequence = 0;

  constructor(private readonly capacity = DEFAULT_CAPACITY) {}

  record(call: Omit<RecordedCall, "sequence">): RecordedCall {
    const recorded = { sequence: ++this.sequence, ...call };
    this.calls.push(recorded);
    if (this.calls.length > this.capacity * 1.1) this.calls = this.calls.slice(-this.capacity);
    this.count(recorded);
    return recorded;
  }

  /** Returns every permission that roles have used since the start; complete even if old calls were dropped. */
  usage(roleName?: string): Usage[] {
    return [...this.used.values()].filter(
      (use) => roleName === undefined || use.roleName === roleName,
    );
  }

  private count({ principal, checks, checksPassed, outcome }: RecordedCall): void {
    // A call that an injected fault stopped does not show whether its permission is needed.
    if (principal.type !== "role" || outcome === "fault") return;
    // IAM stops at the first check that fails; a call that fails before or after it denies nothing.
    const denied = outcome === "denied" && checksPassed < checks.length;
    for (const [index, { action, resource }] of checks.entries()) {
      if (index > checksPassed || (index === checksPassed && !denied)) return;
      const key = `${principal.roleName} ${action} ${resource}`;
      const use = this.used.get(key) ?? {
        roleName: principal.roleName,
        action,
        resource,
        allowed: 0,
        denied: 0,
      };
      if (index < checksPassed) use.allowed += 1;
      else use.denied += 1;
      this.used.set(key, use);
    }
  }

  find(filter: CallFilter = {}): RecordedCall[] {
    return this.calls.filter((call) => matches(call, filter));
  }

  /** Sequence number of the newest call; pass it as `after` to get only later calls. */
  get last(): number {
    return this.sequence;
  }

  clear(): void {
    this.calls = [];
    this.used.clear();
  }
}

function matches(call: RecordedCall, filter: CallFilter): boolean {
  return (
    (filter.service === undefined || call.service === filter.service) &&
    (filter.operation === undefined || call.operation === filter.operation) &&
    (filter.outcome === undefined || call.outcome === filter.outcome) &&
    (filter.after === undefined || call.sequence > filter.after) &&
    (filter.roleName === undefined ||
      (call.principal.type === "role" && call.principal.roleName === filter.roleName))
  );
}
