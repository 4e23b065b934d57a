import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { existsSync } from "node:fs";
import { SshCron } from "../../components";
import * as packing from "../../components/function/packing/packCallback";
import { runs } from "../../localcloud/test/support/runs";
import { mockPulumi } from "../support/graph/pulumiMocks";
import { callback, COMPONENTS, type Untyped } from "../support/graph/validArguments";

/** Values that a JavaScript program may pass for any argument by mistake; all of them only in the long run. */
const WRONG = [null, 5, [null], {}, "x", callback].slice(0, runs(3, 6));

/** Wrong values of arguments that many components have, with the place that their message names. */
const SHARED: readonly (readonly [string, unknown, string])[] = [
  ["alarmActions", "arn:aws:sns:eu-central-1:123456789012:alarms", "alarmActions"],
  ["alarmActions", ["alarms"], "alarmActions[0]"],
  ["alarmActions", [null], "alarmActions[0]"],
  ["tags", ["team"], "tags"],
  ["tags", { team: 5 }, "tags.team"],
  ["tags", { "aws:team": "x" }, "tags"],
];

describe("A wrong argument of a component", function () {
  this.timeout(120_000);
  const { packCallback } = packing;
  // Bundling does not matter here, and would take most of the time.
  before(() => Object.assign(packing, { packCallback: () => new Promise(() => undefined) }));
  after(() => Object.assign(packing, { packCallback }));

  for (const [name, [component, right]] of Object.entries(COMPONENTS)) {
    const errorOf = (args: unknown): unknown => {
      mockPulumi({ preview: true });
      try {
        new (component as Untyped)("web", args);
        return undefined;
      } catch (error) {
        return error;
      }
    };

    it(`of ${name} is refused with one sentence, and never with a JavaScript error`, () => {
      mockPulumi({ preview: true });
      const valid: object = typeof right === "function" ? (right as () => object)() : right;
      expect(errorOf(valid), "arguments that are right").to.equal(undefined);
      const names = namesOf(errorOf({ ...valid, "no such argument": 1 }));
      expect(names).to.include.members(Object.keys(valid));
      const rows = [
        ...[undefined, null, 5, "x", []].map((args) => ["args", args] as const),
        ...names.flatMap((argument) =>
          WRONG.map((value) => [argument, { ...valid, [argument]: value }] as const),
        ),
      ];
      const raw = rows.flatMap(([argument, args]) => {
        const error = errorOf(args);
        if (error === undefined || error instanceof pulumi.ResourceError) return [];
        const value: unknown = argument === "args" ? args : Reflect.get(Object(args), argument);
        return [`${argument}: ${shown(value)}: ${String(error)}`];
      });
      expect(raw.join("\n")).to.equal("");
    });

    it(`of ${name}: an unknown one is refused with the page that explains the others`, () => {
      const message = String(errorOf({ "no such argument": 1 }));
      const [, page = ""] = /; see (docs\/components\/[a-z-]+\.md)\.$/.exec(message) ?? [];
      expect(existsSync(page), message).to.equal(true);
    });

    it(`of ${name}: alarm actions that are no list of ARNs, and a list of tags, are refused`, () => {
      mockPulumi({ preview: true });
      const valid: object = typeof right === "function" ? (right as () => object)() : right;
      const names = namesOf(errorOf({ ...valid, "no such argument": 1 }));
      for (const [argument, value, where] of SHARED)
        if (names.includes(argument))
          expect(String(errorOf({ ...valid, [argument]: value }))).to.contain(`${where}: given`);
    });
  }
});

describe("A wrong target of an SshCron", () => {
  it("that has no group is refused", () => {
    mockPulumi({ preview: true });
    const [, right] = COMPONENTS.SshCron ?? [];
    const create = (group: unknown) => () =>
      new (SshCron as Untyped)("web", { ...(right as object), targets: { group } });
    expect(create(null)).to.throw(/group: given null; give the group or its name/);
    expect(create("nodes")).not.to.throw();
  });
});

describe("A function that must answer at once", () => {
  const ASYNCHRONOUS: readonly (readonly [string, string])[] = [
    ["EcsTaskScaler", "decide"],
    ["EcsClusterScaler", "decide"],
    ["SpotFleetScaler", "decide"],
    ["SshCron", "when"],
    ["SshCron", "where"],
    ["SshCron", "commands"],
    ["WebhookRedeployer", "tagPolicy"],
  ];
  for (const [name, argument] of ASYNCHRONOUS)
    it(`is refused if it is asynchronous: ${argument} of ${name}`, () => {
      mockPulumi({ preview: true });
      const [component, right] = COMPONENTS[name] ?? [];
      const create = () =>
        new (component as Untyped)("web", { ...(right as object), [argument]: callback });
      expect(create).to.throw(
        new RegExp(`^${argument}: given an async function; give a plain function .*without async`),
      );
    });
});

/** Returns the names in `allowed names are a, b; see docs/..`. */
function namesOf(error: unknown): string[] {
  const [, names = ""] = /allowed names are ([^;]*); see docs/.exec(String(error)) ?? [];
  return names.split(", ");
}

function shown(value: unknown): string {
  return typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
}
