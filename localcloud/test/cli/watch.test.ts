import { expect } from "chai";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type SourceWatch, watchSources } from "../../cli/up/watch";
import { until } from "../support/until";

describe("The watch over sources", () => {
  let folder: string;
  let sources: SourceWatch;
  let heard: string[][] = [];
  let busy: Promise<void> | undefined;
  beforeEach(() => {
    [heard, busy] = [[], undefined];
    folder = mkdtempSync(path.join(tmpdir(), "localcloud-watch-"));
    mkdirSync(path.join(folder, "src"));
    mkdirSync(path.join(folder, "node_modules"));
    sources = watchSources(
      folder,
      async (files) => {
        heard.push([...files]);
        await busy;
      },
      (error) => heard.push([`error: ${error.message}`]),
    );
  });
  afterEach(async () => {
    await sources.close();
    rmSync(folder, { recursive: true });
  });
  const save = (file: string): void => writeFileSync(path.join(folder, file), "text");
  const hears = (file: string): Promise<void> => until(file, () => heard.flat().includes(file));

  it("reports only saved sources, several of them as one change", async () => {
    for (const file of ["node_modules/a.ts", "notes.md", ".#a.ts", "src/a.ts~", "4913"]) save(file);
    for (const file of ["b.ts", "src/a.ts", "Pulumi.dev.yaml"]) save(file);
    await hears("b.ts");
    expect(heard).to.deep.equal([["Pulumi.dev.yaml", "b.ts", "src/a.ts"]]);
  });

  it("reports files in folders that are new, moved, or replaced", async () => {
    mkdirSync(path.join(folder, "src/deep/deeper"), { recursive: true });
    save("src/deep/deeper/a.ts");
    await hears("src/deep/deeper/a.ts");
    rmSync(path.join(folder, "src"), { recursive: true });
    mkdirSync(path.join(folder, "dist/moved"), { recursive: true });
    save("dist/moved/b.ts");
    renameSync(path.join(folder, "dist/moved"), path.join(folder, "src"));
    await hears("src/b.ts");
    save("src/c.ts");
    await hears("src/c.ts");
  });

  it("waits for the running deployment, then reports all files saved meanwhile at once", async () => {
    let finish = (): void => undefined;
    busy = new Promise((resolve) => (finish = resolve));
    save("a.ts");
    await hears("a.ts");
    save("b.ts");
    save("c.ts");
    // Longer than the pause after which a change is complete.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard).to.deep.equal([["a.ts"]]);
    finish();
    await hears("c.ts");
    expect(heard).to.deep.equal([["a.ts"], ["b.ts", "c.ts"]]);
  });

  it("closes when the running deployment has ended, and reports nothing more", async () => {
    let finish = (): void => undefined;
    busy = new Promise((resolve) => (finish = resolve));
    save("a.ts");
    await hears("a.ts");
    save("b.ts");
    let closed = false;
    const closing = sources.close().then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).to.equal(false);
    finish();
    await closing;
    expect(heard).to.deep.equal([["a.ts"]]);
  });
});
