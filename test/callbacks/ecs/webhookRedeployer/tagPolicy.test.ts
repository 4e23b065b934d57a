import { expect } from "chai";
import * as fc from "fast-check";
// npm's own implementation, used as the oracle.
import * as oracle from "semver";
import {
  compareVersions,
  parseRange,
  parseVersion,
  satisfies,
} from "../../../../callbacks/ecs/webhookRedeployer/images/semverRange";
import {
  allowsTag,
  matchesGlob,
  type TagPolicy,
} from "../../../../callbacks/ecs/webhookRedeployer/images/tagPolicy";
import { runs } from "../../../../localcloud/test/support/runs";

const policies: [name: string, policy: TagPolicy, allowed: string[], refused: string[]][] = [
  ["a list", ["1.0", "latest"], ["1.0", "latest"], ["1.0.0", "1x0", "", "late", ".*"]],
  [
    "a glob",
    { glob: "release-*" },
    ["release-", "release-1"],
    ["prerelease-1", "release", "Release-1"],
  ],
  ["a glob with dots", { glob: "1.?.*" }, ["1.2.3", "1.x."], ["1.22.3", "1x2.3", "11.2.3"]],
  [
    "a range",
    { semver: "^1.2" },
    ["1.2.0", "v1.9.9"],
    ["1.1.9", "2.0.0", "1.3.0-rc.1", "latest", "1.2"],
  ],
  ["a regular expression", { regexp: /v\d+/ }, ["v1", "v22"], ["xv1", "v1x", "v"]],
  ["alternatives of one", { regexp: /a|b/ }, ["a", "b"], ["ab", "ac", "cb"]],
  ["a regular expression that remembers", { regexp: /v\d+/g }, ["v1", "v1", "v1"], ["1"]],
  ["a function", (tag) => tag.endsWith("-prod"), ["1-prod"], ["1-dev"]],
];

describe("tagPolicy", () => {
  for (const [name, policy, allowed, refused] of policies)
    it(`decides by ${name}`, () => {
      for (const tag of allowed) expect(allowsTag(policy, tag), tag).to.equal(true);
      for (const tag of refused) expect(allowsTag(policy, tag), tag).to.equal(false);
    });

  it("accepts only true from a function", () => {
    const careless = (() => "yes") as unknown as TagPolicy;
    expect(allowsTag(careless, "1")).to.equal(false);
  });

  it("refuses a promise from a function, instead of ignoring every push", () => {
    const late = (() => Promise.resolve(true)) as unknown as TagPolicy;
    expect(() => allowsTag(late, "1")).to.throw(/tagPolicy returned a promise; return the answer/);
  });

  it("matches globs like the equivalent regular expression, in little time", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", ".", "-"), maxLength: 10 });
    fc.assert(
      fc.property(text, text, (glob, tag) => {
        const source = glob.replace(/[.-]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
        expect(matchesGlob(glob, tag)).to.equal(new RegExp(`^${source}$`).test(tag));
      }),
      { numRuns: runs(20_000, 500_000) },
    );
    expect(matchesGlob("*a".repeat(60), "a".repeat(59).padEnd(128, "b"))).to.equal(false);
  });
});

describe("semverRange", () => {
  const number = fc.constantFrom("0", "1", "2", "3", "10");
  const prerelease = fc.constantFrom(
    "",
    "",
    "",
    "-0",
    "-1",
    "-rc",
    "-rc.1",
    "-rc.10",
    "-a.b",
    "-1a",
    "-x-y",
  );
  const version = fc
    .tuple(number, number, number, prerelease, fc.constantFrom("", "", "+b.1"))
    .map(([a, b, c, pre, build]) => `${a}.${b}.${c}${pre}${build}`);
  const partial = fc.oneof(
    version,
    number,
    fc.tuple(number, number).map((parts) => parts.join(".")),
    fc.tuple(number, fc.constantFrom("x", "X", "*")).map((parts) => parts.join(".")),
    fc.tuple(number, number, fc.constantFrom("x", "*")).map((parts) => parts.join(".")),
    fc.constantFrom("*", "x", "1.x.x", "", "v1.2"),
    fc.constantFrom("1.x+build", "1+b.1", "1.2+b", "2.x.x+b-1", "x+b", "1.2.3-rc.1+b"),
  );
  const operator = fc.constantFrom(
    ...["", "", "^", "~", ">", ">=", "<", "<=", "=", ">= ", "> =", "~>", "~> ", "~=", "^=", "^ "],
  );
  const term = fc.tuple(operator, partial).map(([sign, text]) => (text === "" ? "" : sign + text));
  const alternative = fc.oneof(
    fc.array(term, { minLength: 1, maxLength: 2 }).map((terms) => terms.join(" ")),
    fc.tuple(partial, partial).map(([low, high]) => `${low || "1"} - ${high || "2"}`),
  );
  const range = fc
    .array(alternative, { minLength: 1, maxLength: 2 })
    .map((parts) => parts.join(" || "));

  it("decides like npm", () => {
    fc.assert(
      fc.property(version, range, (tag, text) => {
        fc.pre(oracle.validRange(text) !== null);
        expect(satisfies(tag, text), `${tag} in ${text}`).to.equal(oracle.satisfies(tag, text));
      }),
      {
        numRuns: runs(20_000, 500_000),
        examples: [
          ["0.0.3-rc.1", "* || 0.0.3-rc - 0.x"],
          ["3.2.0-rc.1", ">=0 || 3.2.0-rc.1"],
        ],
      },
    );
  });

  it("orders like npm", () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [left, right] = [parseVersion(a), parseVersion(b)];
        if (!left || !right) throw new Error(`${a} or ${b} was not read`);
        expect(Math.sign(compareVersions(left, right))).to.equal(oracle.compare(a, b));
      }),
      { numRuns: runs(10_000, 200_000) },
    );
  });

  it("reads exactly the versions that npm reads", () => {
    const text = fc.string({
      unit: fc.constantFrom("0", "1", "9", ".", "-", "+", "v", "a"),
      maxLength: 9,
    });
    fc.assert(
      fc.property(fc.oneof(text, version), (tag) => {
        fc.pre(!/^=|^vv/.test(tag));
        expect(parseVersion(tag) !== undefined, tag).to.equal(oracle.valid(tag) !== null);
      }),
      { numRuns: runs(20_000, 200_000) },
    );
  });

  it("reads every range that npm reads", () => {
    fc.assert(
      fc.property(range, (text) => {
        fc.pre(oracle.validRange(text) !== null);
        expect(parseRange(text), text).not.to.equal(undefined);
      }),
      {
        numRuns: runs(10_000, 200_000),
        examples: [["~>1.2"], ["~> v1.2"], ["1.x+build"], ["= v1"], ["^=1.2"], ["1.2 ||"]],
      },
    );
  });

  it("refuses text that is not a range", () => {
    for (const text of ["a", "1.2.3.4", "^", "=>1", "1.2 -", "01.2.3", "1..2", "|| |", "latest"])
      expect(parseRange(text), text).to.equal(undefined);
  });
});
