import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { AnyFunction } from "../../components/function/packing/captures/closureScope";
import { packCallback } from "../../components/function/packing/packCallback";
import { invokeDeployed } from "../support/closures/deployed";
import { itRefuses } from "../support/closures/closureCases";
import * as exportedAgain from "./fixtures/exportedAgain";
import { mockPulumi } from "../support/graph/pulumiMocks";

mockPulumi();
const queue = new aws.sqs.Queue("q", {});
const url = queue.url;
const outs = { url, nested: { arn: queue.arn } };
const settings = pulumi.output({ name: "n", list: [1, 2] });
const text = pulumi.output("text");
const flags = { on: pulumi.output(false) };
const byKey = { "a b": text };
const optional: { text?: pulumi.Output<string> } = {};
/** The types prevent all mistakes with an Output itself: callers cast, or write JavaScript. */
const untyped = text as unknown as string;
const untypedSettings = settings as unknown as { name: string };
const show = (output: pulumi.Output<string>): string => output.get();
const showText = (): string => `${untyped}`;

const noMember = (name: string): string =>
  `An Output has no '${name}' in Lambda, only get(): read '${name}' of what get() returns.`;

const QUEUE_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/q-0000001";

describe("An Output that a callback captures", () => {
  before(() => mockPulumi());

  itRefuses([
    {
      title: "is refused as part of a text, by its name",
      callback: async () => `${queue.url}`,
      says: ["uses the Output 'queue.url' as text or a number", "write queue.url.get()"],
    },
    {
      title: "is refused as part of a text under a variable's name, and inside an object",
      callback: async () => [`${outs.nested.arn}/x`],
      says: ["the Output 'outs.nested.arn'"],
    },
    {
      title: "is refused where a text is added to it",
      callback: async () => "a" + untyped,
      says: ["the Output 'untyped' as text"],
    },
    {
      title: "is refused where it is added to a text",
      callback: async () => {
        let all = "";
        all += untyped;
        return all;
      },
      says: ["the Output 'untyped' as text"],
    },
    {
      title: "is refused where it is compared",
      callback: async () => [untyped === "text", untyped < "x"],
      says: ["the Output 'untyped' as text"],
    },
    {
      title: "is refused where it is switched on",
      callback: async () => {
        switch (untyped) {
          case "text":
            return 1;
        }
        return 2;
      },
      says: ["the Output 'untyped' as text"],
    },
    {
      title: "is refused where it is a case of a switch",
      callback: async (event: string) => {
        switch (event) {
          case untyped:
            return 1;
        }
        return 2;
      },
      says: ["the Output 'untyped' as text"],
    },
    {
      title: "is refused where a list is searched for it",
      callback: async (events: string[]) => [events.includes(untyped)],
      says: ["the Output 'untyped' as text"],
    },
    {
      title: "is refused where a set is searched for it, inside an object",
      callback: async (events: string[]) => [new Set(events).has(outs.url as unknown as string)],
      says: ["the Output 'outs.url' as text"],
    },
    {
      title: "is refused where it is compared by Object.is",
      callback: async (event: string) => [Object.is(event, untyped)],
      says: ["the Output 'untyped' as text"],
    },
    {
      title: "is refused where a member is searched in it",
      callback: async () => ["name" in settings],
      says: ["uses the members of the Output 'settings'"],
    },
    {
      title: "is refused as a flag",
      callback: async () => (flags.on ? "on" : "off"),
      says: ["tests the Output 'flags.on', which counts as true", "write flags.on.get()"],
    },
    {
      title: "is refused as a negated flag among others",
      callback: async (event: string) => {
        if (event && !flags.on) return 1;
        return 2;
      },
      says: ["tests the Output 'flags.on'"],
    },
    {
      title: "is refused as a flag before &&",
      callback: async () => [flags.on && "on"],
      says: ["tests the Output 'flags.on'"],
    },
    {
      title: "is refused as a member of the answer",
      callback: async () => ({ urls: [{ url: queue.url }] }),
      says: ["returns the Output 'queue.url'", "write queue.url.get()"],
    },
    {
      title: "is refused as one of two answers",
      callback: async (event: string) => {
        return event === "" ? "none" : queue.url;
      },
      says: ["returns the Output 'queue.url'"],
    },
    {
      title: "is refused in a helper, with the way to it",
      callback: async () => showText(),
      says: ["the Output 'untyped' in 'showText' as text"],
    },
    {
      title: "is refused for members of its value",
      callback: async () => untypedSettings.name,
      says: ["uses 'name' of the Output 'untypedSettings'", "write untypedSettings.get().name"],
    },
    {
      title: "is refused for members of its value where a module exports it again",
      callback: async () => (exportedAgain.settings as unknown as { name: string })["name"],
      says: ["uses 'name' of the Output 'exportedAgain.settings'"],
    },
    {
      title: "is refused behind a key that is no name, with the code to write",
      callback: async () => (byKey["a b"] as unknown as string).length,
      says: [`uses 'length' of the Output 'byKey["a b"]'`, `write byKey["a b"].get().length`],
    },
    {
      title: "is refused where it is destructured",
      callback: async () => {
        const { name } = untypedSettings;
        return name;
      },
      says: ["uses 'name' of the Output 'untypedSettings'", "write untypedSettings.get().name"],
    },
    {
      title: "is refused where it is destructured inside an object, with a default value",
      callback: async () => {
        const { extent = 1, ...others } = outs.url as unknown as { extent?: number };
        return [extent, others];
      },
      says: ["uses 'extent' of the Output 'outs.url'"],
    },
    {
      title: "is refused for apply",
      callback: async () => text.apply((known) => known),
      says: ["uses 'apply' of the Output 'text'", "only get() in Lambda", "write text.get()"],
    },
    {
      title: "is refused as the answer",
      callback: async () => queue.url,
      says: ["returns the Output 'queue.url', which is not its value"],
    },
  ]);

  const asText: readonly [what: string, callback: AnyFunction][] = [
    ["String()", async () => String(untyped)],
    ["Number()", async () => Number(untyped)],
    ["encodeURIComponent()", async () => encodeURIComponent(untyped)],
    ["Buffer.from()", async () => Buffer.from(untyped)],
    ["new URL()", async () => new URL("/a", untyped)],
    ["new Error()", async () => new Error(untyped)],
    ["fetch()", async () => fetch(untyped)],
    ["Math.max()", async () => Math.max(1, untyped as unknown as number)],
    ["join() of a list", async () => ["a", untyped].join("/")],
    ["a method of a text", async () => "a-b".replace("b", untyped)],
    ["a key", async () => ({ text: 1 })[untyped as "text"]],
  ];
  itRefuses(
    asText.map(([what, callback]) => ({
      title: `is refused where it becomes a text or a number: ${what}`,
      callback,
      says: ["uses the Output 'untyped' as text or a number", "write untyped.get()"],
    })),
  );

  const json = "into JSON, which has only get() in Lambda: write";
  itRefuses([
    {
      title: "is refused where it becomes JSON",
      callback: async () => JSON.stringify(text),
      says: [`makes the Output 'text' ${json} text.get()`],
    },
    {
      title: "is refused where it becomes JSON inside a literal",
      callback: async () => ({ body: JSON.stringify({ all: [1, { arn: outs.nested.arn }] }) }),
      says: [`makes the Output 'outs.nested.arn' ${json} outs.nested.arn.get()`],
    },
    {
      title: "is refused where its members are copied",
      callback: async () => ({ ...untypedSettings }),
      says: ["uses the members of the Output 'untypedSettings', which has only get() in Lambda"],
    },
    {
      title: "is refused where its members are listed",
      callback: async () => Object.keys(untypedSettings),
      says: ["uses the members of the Output 'untypedSettings'"],
    },
    {
      title: "is refused where its items are spread",
      callback: async () => [...untyped],
      says: ["uses the items of the Output 'untyped', which has only get() in Lambda"],
    },
    {
      title: "is refused where its items are looped over",
      callback: async () => {
        for (const one of untyped) return one;
        return "none";
      },
      says: ["uses the items of the Output 'untyped'"],
    },
  ]);

  /** Returns the answer of the bundled code; here an Output has no value yet. */
  async function deployed(callback: AnyFunction): Promise<unknown> {
    const { files } = await packCallback(callback);
    const [{ result, error }] = await invokeDeployed(files);
    return error ?? result;
  }

  it("has its value behind get(): of a resource, of a variable and in a helper", async () => {
    const callback = async () => [queue.url.get(), url.get(), settings.get().list, show(text)];
    expect(await deployed(callback)).to.deep.equal([QUEUE_URL, QUEUE_URL, [1, 2], "text"]);
  });

  it("is the same object wherever it is used, and so is its value", async () => {
    const callback = async () => [
      settings.get() === settings.get(),
      new Set<unknown>([url, outs.url, queue.url]).size,
    ];
    expect(await deployed(callback)).to.deep.equal([true, 1]);
  });

  it("may be destructured from an object, and its get() from it", async () => {
    const callback = async () => {
      const { settings: known } = exportedAgain;
      const { get } = { get: () => known.get().name };
      return get();
    };
    expect(await deployed(callback)).to.equal("n");
  });

  it("may be tested for", async () => {
    const callback = async () => [
      optional.text === undefined,
      text !== null,
      typeof text,
      text ? "given" : "missing",
    ];
    expect(await deployed(callback)).to.deep.equal([true, true, "object", "given"]);
  });

  it("may be passed to functions of the program, whatever their names are", async () => {
    const callback = async () => {
      const encodeURIComponent = show;
      const Math = { max: show };
      return [
        String(text as never),
        encodeURIComponent(text),
        Math.max(text),
        JSON.stringify({ a: show(text) }),
        [text].concat([]).length,
      ];
    };
    const String = show;
    expect(await deployed(callback)).to.deep.equal(["text", "text", "text", '{"a":"text"}', 1]);
  });

  it("may be awaited, and is then still the Output", async () => {
    const callback = async () => {
      const one = await (untyped as unknown as Promise<pulumi.Output<string>>);
      return one.get();
    };
    expect(await deployed(callback)).to.equal("text");
  });

  const AS_TEXT = "An Output was made into text or a number: use its get().";
  const late: [what: string, callback: AnyFunction, message: string][] = [
    ["String()", async () => [text].map(String), AS_TEXT],
    ["join", async () => ["a"].concat(untyped).join("/"), AS_TEXT],
    ["encodeURIComponent", async () => [untyped].map(encodeURIComponent), AS_TEXT],
    ["toString", async () => [text].map((one) => one.toString()), AS_TEXT],
    ["a key", async () => [untyped].map((one) => ({ text: 1 })[one as "text"]), AS_TEXT],
    ["JSON", async () => JSON.stringify(outs), "An Output was made into JSON: use its get()."],
    [
      "apply behind a variable",
      async () => [text].map((one) => one.apply((known) => known)),
      "An Output has no apply in Lambda: use its get().",
    ],
    [
      "destructuring in a parameter",
      async () => [untypedSettings].map(({ name }) => name),
      noMember("name"),
    ],
    [
      "a computed name",
      async () => untypedSettings[["na", "me"].join("") as "name"],
      noMember("name"),
    ],
    [
      "a property behind a variable",
      async () => [untypedSettings].map((one) => one.name),
      noMember("name"),
    ],
    [
      "members of a copy",
      async () => [settings].map((one) => ({ ...one })),
      "The members of an Output were read: use its get().",
    ],
    [
      "a search for a member behind a variable",
      async () => [settings].map((one) => "name" in one),
      "An Output was searched with 'in': use its get().",
    ],
    [
      "a loop",
      async () => {
        for (const one of [settings.get().list, untyped]) if (one.length > 2) return one;
        return "none";
      },
      noMember("length"),
    ],
  ];
  for (const [what, callback, message] of late) {
    it(`throws a clear error in Lambda when the mistake only shows there: ${what}`, async () => {
      expect(await deployed(callback)).to.deep.equal({ name: "TypeError", message });
    });
  }
});
