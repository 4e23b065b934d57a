import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import type { CodePackage } from "../../../services/lambda/model/model";
import { TaskFolders } from "../../../services/lambda/runtime/taskFolder";
import { zip } from "./lambdaCloud";

const code = (files: Record<string, string>, sha256: string): CodePackage => ({
  zip: zip(files),
  sha256,
});

describe("Lambda: unpacked packages", () => {
  let folders: TaskFolders;
  beforeEach(() => (folders = new TaskFolders()));
  afterEach(() => folders.remove());

  it("leave nothing behind when they cannot be written, and do not affect others", () => {
    const { taskRoot } = folders.home(code({ "index.js": "1" }, "first"));
    const root = dirname(taskRoot);
    const before = readdirSync(root);
    // CreateFunction refuses such a zip, but a full disk fails in the same way.
    const impossible = code({ "kept.js": "1", a: "1", "a/b": "1" }, "second");
    expect(() => folders.home(impossible)).to.throw();
    expect(() => folders.home(impossible)).to.throw();
    expect(readdirSync(root)).to.deep.equal(before);
    const other = folders.home(code({ "index.js": "2" }, "third"));
    expect(readFileSync(join(other.taskRoot, "index.js"), "utf8")).to.equal("2");
  });

  it("are unpacked again when they were deleted", () => {
    const own = code({ "lib/index.js": "1" }, "own");
    rmSync(folders.home(own).taskRoot, { recursive: true });
    expect(existsSync(join(folders.home(own).taskRoot, "lib/index.js"))).to.equal(true);
  });

  it("are deleted with their function, once its last environment has ended", () => {
    const own = code({ "index.js": "1" }, "own");
    const [one, other] = [folders.home(own), folders.home(own)];
    expect(other.taskRoot).to.equal(one.taskRoot);
    one.release();
    one.release(); // an environment may end twice
    folders.forget(own);
    expect(existsSync(one.taskRoot)).to.equal(true);
    other.release();
    expect(existsSync(one.taskRoot)).to.equal(false);
  });

  it("are kept for the next start, and the longest unused are deleted beyond the limit", () => {
    const few = new TaskFolders(10);
    const start = (text: string): string => {
      const home = few.home(code({ "index.js": text }, text.slice(0, 1)));
      home.release();
      return home.taskRoot;
    };
    const [a, b] = [start("aaaa"), start("bbbb")];
    expect(start("aaaa")).to.equal(a);
    const c = start("cccc");
    expect([a, b, c].map((folder) => existsSync(folder))).to.deep.equal([true, false, true]);
    const root = dirname(a);
    rmSync(root, { recursive: true });
  });
});
