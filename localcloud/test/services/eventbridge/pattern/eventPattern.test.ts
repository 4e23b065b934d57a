import { expect } from "chai";
import * as fc from "fast-check";
import {
  matchesPattern,
  parseEventPattern,
} from "../../../../services/eventbridge/pattern/eventPattern";
import { matchesWildcard, parseWildcard } from "../../../../services/eventbridge/pattern/wildcard";

const matches = (pattern: object, event: object): boolean =>
  matchesPattern(parseEventPattern(JSON.stringify(pattern)), event);

describe("event patterns", () => {
  // Each row: pattern, events that match, events that do not.
  const rows: [string, object, object[], object[]][] = [
    ["an exact value", { a: ["x"] }, [{ a: "x" }, { a: "x", b: 1 }], [{ a: "X" }, { b: "x" }, {}]],
    ["one of several values", { a: ["x", 1] }, [{ a: "x" }, { a: 1 }], [{ a: "1" }, { a: true }]],
    [
      "null, true and the empty text",
      { a: [null, true, ""] },
      [{ a: null }, { a: true }, { a: "" }],
      [{}, { a: false }],
    ],
    ["every field at once", { a: ["x"], b: ["y"] }, [{ a: "x", b: "y" }], [{ a: "x" }, { b: "y" }]],
    [
      "nested fields",
      { d: { s: ["on"] } },
      [{ d: { s: "on" } }],
      [{ d: "on" }, { d: { s: "off" } }, {}],
    ],
    ["any element of an array", { a: ["x", "y"] }, [{ a: ["q", "y"] }], [{ a: ["q"] }, { a: [] }]],
    [
      "one whole object of an array",
      { a: { k: ["1"], v: ["2"] } },
      [
        {
          a: [
            { k: "0", v: "0" },
            { k: "1", v: "2" },
          ],
        },
      ],
      [
        {
          a: [
            { k: "1", v: "0" },
            { k: "0", v: "2" },
          ],
        },
      ],
    ],
    ["a prefix", { a: [{ prefix: "us-" }] }, [{ a: "us-east-1" }], [{ a: "eu-us-" }, { a: 5 }]],
    [
      "a prefix in any case",
      { a: [{ prefix: { "equals-ignore-case": "EventB" } }] },
      [{ a: "eventbridge" }],
      [{ a: "event" }],
    ],
    ["a suffix", { a: [{ suffix: ".png" }] }, [{ a: "b.png" }], [{ a: "b.png2" }]],
    [
      "a suffix in any case",
      { a: [{ suffix: { "equals-ignore-case": ".PNG" } }] },
      [{ a: "b.png" }, { a: "b.Png" }],
      [{ a: "png" }],
    ],
    [
      "equality in any case",
      { a: [{ "equals-ignore-case": "alice" }] },
      [{ a: "ALICE" }],
      [{ a: "alicea" }],
    ],
    [
      "a wildcard",
      { a: [{ wildcard: "*/lib/*.js" }] },
      [{ a: "x/lib/y.js" }, { a: "/lib/.js" }],
      [{ a: "x/lib/y.ts" }, { a: "lib/y.js" }],
    ],
    [
      "anything but a value",
      { a: [{ "anything-but": "x" }] },
      [{ a: "y" }, { a: 1 }, { a: ["x", "y"] }],
      [{ a: "x" }, {}],
    ],
    [
      "anything but a list",
      { a: [{ "anything-but": ["x", "y"] }] },
      [{ a: "z" }],
      [{ a: "x" }, { a: "y" }],
    ],
    [
      "anything but numbers",
      { a: [{ "anything-but": [1, 2] }] },
      [{ a: 3 }, { a: "1" }],
      [{ a: 2 }],
    ],
    [
      "anything but a prefix",
      { a: [{ "anything-but": { prefix: "us-" } }] },
      [{ a: "eu-1" }, { a: null }, { a: 5 }, { a: true }],
      [{ a: "us-1" }],
    ],
    [
      "anything but suffixes",
      { a: [{ "anything-but": { suffix: [".png", ".jpg"] } }] },
      [{ a: "a.txt" }, { a: null }],
      [{ a: "a.jpg" }, {}],
    ],
    [
      "anything but a value in any case",
      { a: [{ "anything-but": { "equals-ignore-case": "x" } }] },
      [{ a: "y" }, { a: 0 }],
      [{ a: "X" }],
    ],
    [
      "anything but a wildcard",
      { a: [{ "anything-but": { wildcard: "*/lib/*" } }] },
      [{ a: "x" }, { a: null }],
      [{ a: "/lib/" }],
    ],
    [
      "a number",
      { a: [{ numeric: ["=", 100] }] },
      [{ a: 100 }, { a: 1e2 }],
      [{ a: "100" }, { a: 101 }],
    ],
    [
      "a range",
      { a: [{ numeric: [">", 0, "<=", 5] }] },
      [{ a: 0.1 }, { a: 5 }],
      [{ a: 0 }, { a: 5.1 }],
    ],
    ["that a field exists", { a: [{ exists: true }] }, [{ a: 1 }, { a: null }], [{}, { b: 1 }]],
    [
      "that no field exists",
      { d: { a: [{ exists: false }] } },
      [{ d: {} }, {}, { d: { b: 1 } }],
      [{ d: { a: 1 } }],
    ],
    [
      "a field by its path",
      { "a.b": ["x"], a: { "c.d": ["y"] } },
      [{ a: { b: "x", c: { d: "y" } } }, { "a.b": "x", "a.c": { d: "y" } }],
      [{ a: { b: "x" } }, { "a.b": "x" }],
    ],
    [
      "a nested field that the event gives by its path",
      { a: { b: ["x"] } },
      [{ "a.b": "x" }, { "a.b": "y", a: { b: "x" } }],
      [{ "a.b.c": "x" }, { "a.bb": "x" }],
    ],
    [
      "a field that is named as the operator $or is",
      { $or: [{ prefix: "a" }, { suffix: "b" }] },
      [{ $or: "ax" }, { $or: "xb" }],
      [{ $or: "x" }, {}],
    ],
    ["any text", { a: [{ prefix: "" }] }, [{ a: "" }, { a: "x" }], [{ a: 1 }, { a: null }, {}]],
    ["what every object inherits", { toString: ["x"] }, [{ toString: "x" }], [{}]],
    [
      "an IPv4 block",
      { a: [{ cidr: "10.0.0.0/24" }] },
      [{ a: "10.0.0.255" }],
      [{ a: "10.0.1.0" }, { a: "x" }],
    ],
    [
      "an IPv6 block",
      { a: [{ cidr: "2001:db8::/32" }] },
      [{ a: "2001:db8:1::5" }],
      [{ a: "2001:db9::" }, { a: "10.0.0.1" }],
    ],
    [
      "one of two ways",
      { $or: [{ a: ["x"] }, { b: [{ numeric: [">", 1] }] }] },
      [{ a: "x" }, { b: 2 }],
      [{ a: "y", b: 1 }, {}],
    ],
    [
      "one of two ways beside a field",
      { c: ["z"], $or: [{ a: ["x"] }, { b: ["y"] }] },
      [{ c: "z", b: "y" }],
      [{ b: "y" }, { c: "z" }],
    ],
  ];
  for (const [what, pattern, hits, misses] of rows)
    it(`match ${what}`, () => {
      for (const event of hits)
        expect(matches(pattern, event), JSON.stringify(event)).to.equal(true);
      for (const event of misses)
        expect(matches(pattern, event), JSON.stringify(event)).to.equal(false);
    });

  const refused: [string, string][] = [
    ["not json", "Filter is not an object"],
    ["[]", "Filter is not an object"],
    ["{}", "Empty objects are not allowed"],
    ['{"source":"x"}', '"source" must be an object or an array'],
    ['{"source":[]}', "Empty arrays are not allowed"],
    ['{"a":[{"like":"x"}]}', "Unrecognized match type like"],
    ['{"a":[["x"]]}', "Match value must be String, number, true, false, or null"],
    ['{"a":[{"prefix":1}]}', "prefix match pattern must be a string"],
    ['{"a":[{"prefix":"a","suffix":"b"}]}', "Only one key allowed in match expression"],
    ['{"a":[{"exists":"yes"}]}', "exists match pattern must be either true or false."],
    ['{"a":[{"numeric":[">"]}]}', "Value of > must be numeric"],
    ['{"a":[{"numeric":["!",1]}]}', "Unrecognized numeric range operator: !"],
    ['{"a":[{"numeric":[">",0,">",0]}]}', "Bad numeric range operator: >"],
    ['{"a":[{"numeric":["<",10,">",1]}]}', "Too many elements in numeric expression"],
    ['{"a":[{"numeric":["=",1,"<",2]}]}', "Too many elements in numeric expression"],
    ['{"a":[{"numeric":[">",5,"<",5]}]}', "Bottom must be less than top"],
    ['{"a":[{"numeric":[">",5,"<","6"]}]}', "Value of < must be numeric"],
    ['{"a":[{"numeric":["=","5"]}]}', "Value of equals must be numeric"],
    ['{"a":[{"numeric":[">",5,"<",6,"<",7]}]}', "Too many terms in numeric range expression"],
    ['{"a":[{"numeric":[5]}]}', "Invalid member in numeric match: 5"],
    ['{"a":[{"numeric":[]}]}', "Invalid member in numeric match: ]"],
    ['{"a":[{"numeric":["=",5000000001]}]}', "Value must be between -5000000000 and"],
    ['{"a":[{"anything-but":{"prefix":""}}]}', "Null prefix/suffix not allowed"],
    ['{"a":[{"anything-but":{"suffix":["x",""]}}]}', "Null prefix/suffix not allowed"],
    ['{"a":[{"anything-but":{"numeric":["=",1]}}]}', "Unsupported anything-but pattern: numeric"],
    ['{"a":[{"anything-but":["x",1]}]}', "Inside anything but list, either all values are"],
    ['{"a":[{"anything-but":null}]}', "Inside anything but list, start|null|boolean"],
    ['{"a":[{"prefix":{"wildcard":"x"}}]}', "Unsupported prefix pattern: wildcard"],
    ['{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
    ['{"a":[{"wildcard":"a**b"}]}', "Consecutive wildcard characters at pos 1"],
  ];
  for (const [text, reason] of refused)
    it(`refuse ${text}`, () => {
      expect(() => parseEventPattern(text)).to.throw(
        `Event pattern is not valid. Reason: ${reason}`,
      );
    });

  it("match every event that they were generated from", () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const name = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");
    fc.assert(
      fc.property(fc.dictionary(name, leaf, { minKeys: 1 }), (event) => {
        const pattern = Object.fromEntries(
          Object.entries(event).map(([key, value]) => [key, [value]]),
        );
        expect(matches(pattern, event)).to.equal(true);
      }),
    );
  });

  it("match or are refused, with bounded work, for any pattern and event", () => {
    const operator = fc.constantFrom(
      "exists",
      "anything-but",
      "numeric",
      "cidr",
      "prefix",
      "suffix",
      "equals-ignore-case",
      "wildcard",
    );
    const word = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "\\", "1"), maxLength: 6 });
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.constantFrom(null, true, 0, 1e10, "<", ">="),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.oneof(operator, word, fc.constant("$or")), tie("value"), { maxKeys: 4 }),
      ),
    })).value;
    let read = 0;
    fc.assert(
      fc.property(fc.dictionary(word, json, { minKeys: 1, maxKeys: 3 }), json, (object, event) => {
        let pattern;
        try {
          pattern = parseEventPattern(JSON.stringify(object));
        } catch (error) {
          expect((error as Error).name).to.equal("InvalidEventPatternException");
          return;
        }
        read += 1;
        expect(matchesPattern(pattern, event)).to.be.a("boolean");
      }),
      { numRuns: process.env.FUZZ ? 200_000 : 3_000 },
    );
    expect(read).to.be.greaterThan(10);
  });

  it("compare each value of an event once with each test of its field", () => {
    const tests = Array.from({ length: 250 }, (_, n) => ({ wildcard: `*${n}a*b*` }));
    const pattern = parseEventPattern(JSON.stringify({ a: { b: tests } }));
    let compared = 0;
    const values = Array.from({ length: 2_000 }, (_, n) => ({
      get b() {
        compared += 1;
        return `${n}`.repeat(50);
      },
    }));
    expect(matchesPattern(pattern, { a: values })).to.equal(false);
    // Once for its name and value, once for the comparison.
    expect(compared).to.be.lessThan(4 * values.length);
  });

  it("match wildcards like a regular expression", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
    fc.assert(
      fc.property(letters, text, (raw, value) => {
        const pattern = raw.replace(/\*+/g, "*");
        const expected = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(value);
        expect(matchesWildcard(parseWildcard(pattern), value)).to.equal(expected);
      }),
    );
    expect(matchesWildcard(parseWildcard("a\\*b"), "a*b")).to.equal(true);
    expect(matchesWildcard(parseWildcard("a\\*b"), "axb")).to.equal(false);
  });
});
