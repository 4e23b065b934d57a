import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type * as nodeFs from "node:fs";
import { readFile } from "node:fs";
import type * as nodeUtil from "node:util";
import { promisify } from "node:util";
import type { AnyFunction } from "../../components/function/packing/captures/closureScope";
import { packCallback } from "../../components/function/packing/packCallback";
import { invokeDeployed } from "../support/closures/deployed";
import { itAnswersAsHere, itRefuses } from "../support/closures/closureCases";
import { mockPulumi } from "../support/graph/pulumiMocks";
import * as counting from "./fixtures/implicitGlobal";

declare const stageOfProgram: string;
declare const awslambda: unknown;
const GLOBALS = { stageOfProgram: "dev" };

const read = promisify(readFile);
const config = new pulumi.Config();
const parent = {
  greet(): string {
    return "hello";
  },
};
const superCaller = {
  __proto__: parent,
  greet(): string {
    return `${super.toString()}!`;
  },
};
const noReplacement = Object.assign(
  function noReplacement(): number {
    return 1;
  },
  { captureReplacement: () => 1 },
);
const replaced = Object.assign((): string => "at deployment", {
  captureReplacement: () => () => "in Lambda",
});
const onlyHere = Object.assign(
  function onlyHere(): string {
    return "at deployment";
  },
  { doNotCapture: true },
);
const marked = { doNotCapture: true, a: 1 };

describe("A name that means nothing in Lambda", () => {
  before(() => {
    mockPulumi();
    Object.assign(globalThis, GLOBALS);
  });
  after(() => {
    for (const name of Object.keys(GLOBALS)) Reflect.deleteProperty(globalThis, name);
  });

  itRefuses([
    {
      title: "is refused: a global that the program sets",
      callback: async () => stageOfProgram,
      says: ["uses 'stageOfProgram', a global that this program sets", "import it"],
    },
    {
      title: "is refused: a global that the program sets, in a helper",
      callback: (() => {
        const helper = (): string => stageOfProgram;
        return async () => helper();
      })(),
      says: ["uses 'stageOfProgram' in 'helper', a global"],
    },
    {
      title: "is refused: an implicit global of a library, with the two ways out",
      callback: async () => counting.count(),
      says: [
        "assigns to 'total' in '",
        "implicitGlobal.js > count'",
        "declared nowhere",
        "declare it with `let`, or require a library that does this inside the callback",
      ],
    },
    {
      title: "is refused: what util.promisify made, with where to call it",
      callback: async () => read("/dev/null"),
      says: ["a function that util.promisify made as 'read'", "inside the callback"],
    },
    {
      title: "is refused: a Config of Pulumi, with what to capture in its place",
      callback: async () => config.get("x"),
      says: [
        "captures a Config instance as 'config'",
        "read the value outside and capture that",
        "a secret is read at run time",
      ],
    },
    {
      title: "is refused: super of a captured method",
      callback: async () => superCaller.greet(),
      says: ["uses 'super' in 'superCaller > greet'"],
    },
    {
      title: "is refused: an object that is marked doNotCapture",
      callback: async () => marked.a,
      says: ["an object that is marked `doNotCapture` as 'marked'"],
    },
    {
      title: "is refused: a captureReplacement that returns no function",
      callback: async () => noReplacement(),
      says: ["captures function noReplacement, whose captureReplacement() returns no function"],
    },
  ]);

  it("works inside the callback as the message says", async () => {
    /* eslint-disable @typescript-eslint/no-require-imports -- what the sentences advise */
    const callback: AnyFunction = async () => {
      const util = require("node:util") as typeof nodeUtil;
      const fs = require("node:fs") as typeof nodeFs;
      return String(await util.promisify(fs.readFile)("/dev/null"));
    };
    /* eslint-enable @typescript-eslint/no-require-imports */
    const { files } = await packCallback(callback);
    expect(await invokeDeployed(files)).to.deep.equal([{ result: "" }]);
  });

  it("throws when a function that is marked doNotCapture is called, and only then", async () => {
    const callback: AnyFunction = async ({ call }: { call: boolean }) =>
      call ? onlyHere() : typeof onlyHere;
    const { files } = await packCallback(callback);
    const message = "Function 'onlyHere' exists only at deployment.";
    expect(await invokeDeployed(files, [{ call: false }, { call: true }])).to.deep.equal([
      { result: "function" },
      { error: { name: "Error", message } },
    ]);
  });

  it("has a replacement when a function names one with captureReplacement", async () => {
    const { files } = await packCallback((async () => replaced()) as AnyFunction);
    expect(await invokeDeployed(files)).to.deep.equal([{ result: "in Lambda" }]);
  });

  itAnswersAsHere([
    {
      title: "is no global of Lambda's own",
      callback: async () => [typeof fetch, typeof structuredClone, Math.max(1, 2)],
      answer: ["function", "function", 2],
    },
    {
      title: "is not __filename or __dirname of the program's own",
      callback: ((__filename: string, __dirname: string[]) => async () => [
        __filename.toUpperCase(),
        __dirname.map((part) => `${part} of ${__filename}`),
      ])("report.pdf", ["page"]),
      answer: ["REPORT.PDF", ["page of report.pdf"]],
    },
  ]);

  it("is not one that only Lambda's runtime has", async () => {
    const { files } = await packCallback((async () => awslambda) as AnyFunction);
    expect(files["index.js"]).to.contain("awslambda");
  });
});
