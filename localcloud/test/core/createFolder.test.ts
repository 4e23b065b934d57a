import { expect } from "chai";
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createFolder } from "../../core/createFolder";

describe("A folder that a user names", () => {
  let home = "";
  beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), "folder-"))));
  afterEach(() => rmSync(home, { recursive: true }));

  it("is created with those above it, in the given mode, and may exist", () => {
    const folder = path.join(home, "a/b/c");
    for (let times = 0; times < 2; times += 1) createFolder(folder, 0o700);
    const mode = (name: string) => statSync(name).mode & 0o777;
    expect([mode(folder), mode(path.dirname(folder))]).to.deep.equal([0o700, 0o700]);
  });

  it("is refused with the system's error, at once, where no folder can be", () => {
    const link = path.join(home, "link");
    symlinkSync(path.join(home, "nothing"), link);
    expect(() => createFolder(link)).to.throw(/^EEXIST.*link'$/);
    expect(() => createFolder(path.join(link, "a/b"))).to.throw(/^EEXIST.*link'$/);
    const file = path.join(home, "file");
    writeFileSync(file, "");
    expect(() => createFolder(path.join(file, "a"))).to.throw(/^ENOTDIR/);
    if (process.platform === "linux")
      expect(() => createFolder("/proc/none/a")).to.throw(/^(ENOENT|EACCES)/);
  });
});
