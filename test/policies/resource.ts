import { expect } from "chai";
import { Exceptions } from "../../policies/exceptions";
import { findings } from "../../policies/audit";
import { type PolicyResource, type Rule, Stack } from "../../policies/rule";

/** For each property, the name of the resource from which its value comes. */
type Sources = Record<string, string>;

/** Creates a resource of a hand-written graph. */
export function resource(
  type: string,
  name: string,
  props: Record<string, unknown> = {},
  sources: Sources = {},
): PolicyResource {
  const urns = Object.entries(sources).map(([property, from]): [string, string[]] => [
    property,
    [urnOf(from)],
  ]);
  return { type, name, urn: urnOf(name), parent: "", props, sources: Object.fromEntries(urns) };
}

export function urnOf(name: string): string {
  return `urn:pulumi:dev::test::type::${name}`;
}

/** Graphs whose first resource breaks a rule, with the finding's text, and graphs whose first resource complies. */
export interface RuleCases {
  readonly red: readonly { readonly graph: readonly PolicyResource[]; readonly says: string }[];
  readonly green: readonly (readonly PolicyResource[])[];
}

/** Returns the findings of a rule on the first resource of a graph. */
export function findingsIn(rule: Rule, graph: readonly PolicyResource[]): string[] {
  expect(rule.types, "the rule looks at the type").to.include(graph[0].type);
  return findings(rule, graph[0], new Stack(graph), new Exceptions());
}

/** Defines one test for each rule, by its first id; a rule without cases fails. */
export function describeRules(
  title: string,
  rules: readonly Rule[],
  cases: Readonly<Record<string, RuleCases>>,
): void {
  describe(`Policy rules: ${title}`, () => {
    for (const rule of rules) {
      const [id] = rule.ids;
      it(`${rule.ids.join(", ")} reports violations, and only those`, () => {
        const { red, green } = cases[id] ?? { red: [], green: [] };
        expect(red, "red cases").not.to.be.empty;
        expect(green, "green cases").not.to.be.empty;
        for (const { graph, says } of red)
          expect(findingsIn(rule, graph).join("\n"), JSON.stringify(graph[0].props)).to.contain(
            says,
          );
        for (const graph of green)
          expect(findingsIn(rule, graph), JSON.stringify(graph[0].props)).to.deep.equal([]);
      });
    }

    it("has no cases without a rule", () => {
      expect(Object.keys(cases)).to.have.members(rules.map((rule) => rule.ids[0]));
    });
  });
}
