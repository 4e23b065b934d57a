import type { PolicyException } from "../components/iam/policyException";
import { isVisibleText } from "../components/iam/visibleText";
import type { PolicyResource, Rule } from "./rule";

export type { PolicyException };

/** The exceptions that the components of a stack declare, and whether they were used. */
export class Exceptions {
  private readonly components = new Map<string, { parent: string; stated: PolicyException[] }>();
  private readonly used = new Set<PolicyException>();

  /** Adds the exceptions of a component; a component is always registered before its children. */
  learn({ urn, parent, props }: PolicyResource): void {
    const known = this.components.get(urn);
    const stated = Array.isArray(props.policyExceptions) ? props.policyExceptions : [];
    if (!known) this.components.set(urn, { parent, stated: stated.filter(isException) });
  }

  /** Checks whether a component around the resource has an exception for this finding of this rule. */
  covers(rule: Rule, resource: PolicyResource, finding: string): boolean {
    for (const exception of this.around(resource)) {
      if (!rule.ids.includes(exception.rule) || !matches(exception.resource, resource.name))
        continue;
      if (exception.finding !== undefined && !matches(exception.finding, finding)) continue;
      this.used.add(exception);
      return true;
    }
    return false;
  }

  /** Returns the exceptions that no finding needed. */
  unused(): PolicyException[] {
    return [...this.components.values()]
      .flatMap(({ stated }) => stated)
      .filter((exception) => !this.used.has(exception));
  }

  private *around(resource: PolicyResource): Iterable<PolicyException> {
    for (let urn = resource.parent; urn !== "";) {
      const component = this.components.get(urn);
      if (!component) return;
      yield* component.stated;
      urn = component.parent;
    }
  }
}

/** Returns what is wrong with the exceptions that a component declares. */
export function exceptionProblems(resource: PolicyResource, rules: readonly Rule[]): string[] {
  const { policyExceptions } = resource.props;
  if (policyExceptions === undefined) return [];
  if (!Array.isArray(policyExceptions)) return ["policyExceptions is not a list"];
  const ids = new Set(rules.flatMap((rule) => rule.ids));
  return policyExceptions.flatMap((exception, i) => {
    const where = `policyExceptions[${i}]`;
    if (!isException(exception)) return [`${where} needs rule, resource and a reason`];
    return ids.has(exception.rule)
      ? []
      : [`${where} names '${exception.rule}', which is not a rule`];
  });
}

function isException(value: unknown): value is PolicyException {
  if (typeof value !== "object" || value === null) return false;
  const text = (key: string): unknown => Reflect.get(value, key);
  return (
    ["rule", "resource"].every((key) => typeof text(key) === "string" && text(key) !== "") &&
    isVisibleText(text("reason"))
  );
}

/** `*` matches any characters, `[*]` a literal `*`. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split(/(\[\*\]|\*)/).map((part) => {
    if (part === "*") return ".*";
    return part === "[*]" ? "\\*" : part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s").test(text);
}
