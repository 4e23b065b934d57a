import { expect } from "chai";
import { findRequires } from "../../../../components/function/packing/text/findRequires";

/** source, and the names that it uses of its only module; undefined = all of it. */
const cases: [source: string, names: string[] | undefined][] = [
  ['const a = require("m"); a.x(); a.y; a["z"];', ["x", "y", "z"]],
  ['const a = require("m"); f(a);', undefined],
  ['const a = require("m"); a[key];', undefined],
  ['const a = require("m"); ({ a });', undefined],
  ['const a = require("m"); with ({ exports: a }) {}', undefined],
  ['const a = require("m"); (0, a.x)(); new a.Y();', ["x", "Y"]],
  ['const a = require("m"); b.a; ({ a: 1 });', []],
  ['const { x, y: z, "w": v } = require("m");', ["x", "y", "w"]],
  ['const { x, ...rest } = require("m");', undefined],
  ['const { [x]: y } = require("m");', undefined],
  ['require("m").x();', ["x"]],
  ['require("m");', undefined],
  ['f(require("m"));', undefined],
  ['async () => { const { x } = await import("m"); }', ["x"]],
  ['async () => { const a = await import("m"); a.x; }', ["x"]],
  ['async () => (await import("m")).x', ["x"]],
  ['import("m").then(f);', undefined],
  ['const a = import("m"); a.then(f);', undefined],
  ['async () => { const { x } = await Promise.resolve().then(() => require("m")); }', ["x"]],
  [
    'async () => { const { x } = await Promise.resolve().then(() => __importStar(require("m"))); }',
    ["x"],
  ],
  ['Promise.resolve().then(() => require("m")).then(f);', undefined],
];

describe("findRequires", () => {
  for (const [source, names] of cases) {
    it(`finds ${names ? `[${names.join()}]` : "all"} used in ${source}`, () => {
      const sites = findRequires(source);
      expect(sites).to.have.length(1);
      expect(sites[0].specifier).to.equal("m");
      expect(sites[0].names && [...sites[0].names]).to.deep.equal(names);
    });
  }

  it("returns the position of each", () => {
    const source = 'require("a"); import("b");';
    const sites = findRequires(source);
    expect(sites.map(({ start, end }) => source.slice(start, end))).to.deep.equal([
      'require("a")',
      'import("b")',
    ]);
    expect(sites.map(({ form }) => form)).to.deep.equal(["require", "import"]);
  });

  it("marks those that may fail", () => {
    const source = 'try { require("a"); } catch { require("b"); } finally { require("c"); }';
    expect(findRequires(source).map(({ isOptional }) => isOptional)).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it("ignores strings, comments, computed names and other functions", () => {
    const source = `"require('a')"; /* require("b") */ require(name); x.require("c"); require("d", e);`;
    expect(findRequires(source)).to.deep.equal([]);
  });
});
