import { SourceMap } from "node:module";
import { expect } from "chai";
import * as fc from "fast-check";
import { serializeCallback } from "../../components/function/packing/serialize";
import { keepSourceMap, sourceMap } from "../../components/function/packing/sourceMap";
import {
  decodeMappings,
  encodeMappings,
  type Segment,
} from "../../components/function/packing/vlq";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

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

  it("maps each line of the bundle to the line of TypeScript", async () => {
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

  it("is created again only when one of its files was written since it was loaded", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "maps-"));
    const before = { ...process.env };
    try {
      const source = path.join(folder, "source.ts");
      writeFileSync(source, "");
      const load = (at: number): void => {
        const loadedAfter = String(Date.now() + at);
        Object.assign(process.env, {
          LOCALCLOUD_SOURCE_MAPS: folder,
          LOCALCLOUD_LOADED_AFTER: loadedAfter,
        });
      };
      const file = (): string => path.join(folder, readdirSync(folder).find(isMap) ?? "");
      const isMap = (name: string): boolean => name.endsWith(".map");
      load(60_000);
      await keepSourceMap("text", "packed", []);
      // A map file that is already there is used, as long as it is up to date.
      const stand = (): void => {
        writeFileSync(file(), JSON.stringify({ version: 3, sources: [source], mappings: "X" }));
        const loaded = Number(process.env.LOCALCLOUD_LOADED_AFTER) / 1000;
        utimesSync(file(), loaded, loaded);
      };
      stand();
      await keepSourceMap("text", "packed", []);
      expect(readFileSync(file(), "utf8")).to.include('"X"');
      load(-60_000);
      stand();
      await keepSourceMap("text", "packed", []);
      expect(readFileSync(file(), "utf8")).to.not.include('"X"');
      load(60_000);
      stand();
      rmSync(source);
      await keepSourceMap("text", "packed", []);
      expect(readFileSync(file(), "utf8")).to.not.include('"X"');
    } finally {
      for (const name of ["LOCALCLOUD_SOURCE_MAPS", "LOCALCLOUD_LOADED_AFTER"])
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is encoded and decoded consistently", () => {
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
