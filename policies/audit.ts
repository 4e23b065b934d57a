import { type Exceptions, type PolicyException } from "./exceptions";
import { type PolicyResource, type Rule, Stack, Undecided } from "./rule";

/** A finding that no exception covers. */
export interface Violation {
  readonly rule: Rule;
  readonly resource: PolicyResource;
  readonly finding: string;
}

export interface Audit {
  readonly violations: readonly Violation[];
  /** Rules that need values which are known only after the deployment. */
  readonly undecided: readonly Undecided[];
  /** Number of checks: rules times the resources that they examined. Zero would mean that nothing was checked. */
  readonly checks: number;
  /** Exceptions that no finding needed. */
  readonly unused: readonly PolicyException[];
}

/** Returns the findings of one rule for one resource, without those that an exception covers. */
export function findings(
  rule: Rule,
  resource: PolicyResource,
  stack: Stack,
  exceptions: Exceptions,
): string[] {
  const found = "check" in rule ? rule.check(resource) : rule.checkInStack(resource, stack);
  return found.filter((finding) => !exceptions.covers(rule, resource, finding));
}

/** Checks every resource of a stack against every rule. */
export function audit(
  rules: readonly Rule[],
  resources: readonly PolicyResource[],
  exceptions: Exceptions,
): Audit {
  const stack = new Stack(resources);
  const violations: Violation[] = [];
  const undecided: Undecided[] = [];
  let checks = 0;
  for (const resource of resources) {
    exceptions.learn(resource);
    for (const rule of rules.filter(({ types }) => types.includes(resource.type))) {
      checks += 1;
      try {
        const found = findings(rule, resource, stack, exceptions);
        violations.push(...found.map((finding) => ({ rule, resource, finding })));
      } catch (error) {
        if (!(error instanceof Undecided)) throw error;
        undecided.push(error);
      }
    }
  }
  return { violations, undecided, checks, unused: exceptions.unused() };
}

/** Formats violations for people, one block each. */
export function describeViolations(violations: readonly Violation[]): string {
  return violations
    .map(
      ({ rule, resource, finding }) =>
        `${rule.ids.join(", ")}: ${resource.name} (${resource.type}): ${finding}\n  ${rule.requires}`,
    )
    .join("\n");
}
