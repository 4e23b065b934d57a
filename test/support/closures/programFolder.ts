import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";

/** A package's fields of package.json, and its files. */
export interface TestPackage {
  manifest?: object;
  files: Readonly<Record<string, string>>;
}

type Callback = (event: unknown) => Promise<unknown>;

/** A program in a temporary folder, with packages in its node_modules. */
export class ProgramFolder {
  readonly directory = realpathSync(mkdtempSync(path.join(tmpdir(), "program-")));
  private programs = 0;

  constructor(packages: Readonly<Record<string, TestPackage>>) {
    for (const [name, { manifest, files }] of Object.entries(packages)) {
      const text = JSON.stringify({ name, version: "1.0.0", ...manifest });
      for (const [file, content] of Object.entries({ ...files, "package.json": text }))
        this.write(path.join("node_modules", name, file), content);
    }
  }

  /** Loads a program as Node.js does, which exports `callback`; TypeScript would turn import() into require. */
  async callbackOf(text: string, type: "cjs" | "mjs" = "cjs"): Promise<Callback> {
    const file = this.write(`program${this.programs++}.${type}`, text);
    const load = new Function("url", "return import(url)") as (url: string) => Promise<unknown>;
    const program: unknown =
      type === "mjs" ? await load(pathToFileURL(file).href) : createRequire(file)(file);
    return (program as { callback: Callback }).callback;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  private write(name: string, text: string): string {
    const file = path.join(this.directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }
}
