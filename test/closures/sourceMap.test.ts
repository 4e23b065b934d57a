import { SourceMap } from "node:module";
import { expect } from "chai";
import * as fc from "fast-check";
import { serializeCallback } from "../../components/function/packing/serialize";
import { sourceMap } from "../../components/function/packing/sourceMap";
import {
  decodeMappings,
  encodeMappings,
  type Segment,
} from "../../components/function/packing/vlq";
import { readFileSync } from "node:fs";

const here = readFileSync(__filename, "utf8").split("\n");

describe("The source map of a callback", () => {
  const fails = (word: string): never => {
    throw new Error(word); // marked: arrow
  };
  function declared(word: string): never {
    const longer = `${word}!`;
    return fails(longer); // marked: declaration
  }
  const object = {
    method(word: string): never {
      return declared(word); // marked: method
    },
  };

  it("leads from each line of the text that ships to the line of TypeScript", async () => {
    const callback = async (event: { word: string }): Promise<string> => {
      if (event.word === "") object.method(event.word); // marked: callback
      return event.word;
    };
    const { text, functions } = await serializeCallback(callback as never, {
      isFactory: false,
      folders: [__dirname],
    });
    const map = new SourceMap(sourceMap(text, functions) as never);
    const lines = text.split("\n");
    const places: [shipped: string, marked: string][] = [
      ["throw new Error(word)", "arrow"],
      ["fails(longer)", "declaration"],
      ["declared(word)", "method"],
      ["object.method(event.word)", "callback"],
    ];
    for (const [shipped, marked] of places) {
      const line = lines.findIndex((one) => one.includes(shipped));
      const found = map.findEntry(line, lines[line].indexOf(shipped)) as {
        originalSource: string;
        originalLine: number;
        originalColumn: number;
      };
      const wanted = here.findIndex((one) => one.endsWith(`// marked: ${marked}`));
      expect(found.originalSource, shipped).to.equal(__filename);
      expect(found.originalLine, shipped).to.equal(wanted);
      expect(here[wanted].indexOf(shipped), shipped).to.equal(found.originalColumn);
    }
  });

  it("is written and read alike", () => {
    const number = fc.nat({ max: 5_000 });
    const segment = fc.record({
      ...{ line: number, column: number, source: fc.nat(9) },
      ...{ sourceLine: number, sourceColumn: number },
    });
    const places = fc.uniqueArray(segment, {
      selector: ({ line, column }) => `${line}:${column}`,
      maxLength: 20,
    });
    const order = (a: Segment, b: Segment): number => a.line - b.line || a.column - b.column;
    fc.assert(
      fc.property(places, (segments) => {
        expect(decodeMappings(encodeMappings(segments))).to.deep.equal([...segments].sort(order));
      }),
    );
  });
});
