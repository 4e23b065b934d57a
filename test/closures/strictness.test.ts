import { expect } from "chai";
import type { AnyFunction } from "../../components/function/packing/captures/closureScope";
import { packCallback } from "../../components/function/packing/packCallback";
import { itAnswersAsHere } from "../support/closures/closureCases";
import { mockPulumi } from "../support/graph/pulumiMocks";
import * as sloppy from "./fixtures/sloppy";

const frozen = Object.freeze({ a: 1 }) as { a: number };
function thisOf(this: unknown): string {
  return typeof this;
}
/** Its text is not valid strict code. */
const octal = new Function("return 010;") as () => number;
const tryToSet = (): string => {
  try {
    frozen.a = 2;
    return "was set";
  } catch (error) {
    return (error as Error).name;
  }
};

describe("The mode of a callback's code", () => {
  before(() => mockPulumi());

  itAnswersAsHere([
    {
      title: "is strict where the program is: a write to a frozen object throws",
      callback: async () => tryToSet(),
      answer: "TypeError",
    },
    {
      title: "is strict where the program is: `this` of a plain call is undefined",
      callback: async () => thisOf(),
      answer: "undefined",
    },
    {
      title: "is sloppy for functions of a file without it, beside strict ones",
      callback: async () => [
        octal(),
        sloppy.set(frozen),
        (0, sloppy.thisOf)(),
        thisOf(),
        tryToSet(),
      ],
      answer: [8, 1, "object", "undefined", "TypeError"],
    },
  ]);

  it("is declared once at the top when all functions are strict", async () => {
    const { files } = await packCallback((async () => thisOf()) as AnyFunction);
    expect(files["index.js"].match(/"use strict"/g)).to.have.length(1);
    expect(files["index.js"]).to.match(/^"use strict";\n/);
  });
});
