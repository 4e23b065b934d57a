import { expect } from "chai";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Cloud } from "../../cloud/cloud";
import { runOf } from "../../engine/state/keptState";
import { ProjectError } from "../../engine/project/projectError";
import { StateFolder } from "../../engine/state/stateFolder";

describe("The folder of --state", () => {
  let home = "";
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "state-folder-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const file = (name: string): string => path.join(home, name);
  const open = (): StateFolder => StateFolder.open(home, "0.0.1");

  it("belongs to one process; another one that runs is refused, whoever owns it", () => {
    // The parent and process 1 run as long as this test does; process 1 may be somebody else's.
    for (const pid of [process.ppid, 1]) {
      writeFileSync(file("lock"), `${pid} \n`);
      expect(open).to.throw(ProjectError, `is in use by the local cloud of process ${pid}: end`);
      expect(readFileSync(file("lock"), "utf8")).to.equal(`${pid} \n`);
    }
  });

  it("is taken over when the process of its lock has ended, even if its id is in use again", function () {
    if (!existsSync("/proc/self/stat")) this.skip();
    for (const lock of ["", "\n", "x\n", "-1\n", "0\n", "1", "1 not-its-start\n"]) {
      writeFileSync(file("lock"), lock);
      const folder = open();
      expect(readFileSync(file("lock"), "utf8"), JSON.stringify(lock)).to.match(
        new RegExp(`^${process.pid} \\d+\\n$`),
      );
      expect(existsSync(file("lock.old"))).to.equal(false);
      folder.release();
      expect(existsSync(file("lock"))).to.equal(false);
    }
  });

  it("says so, and not something about ports, when its lock cannot be written", () => {
    mkdirSync(file("lock"));
    expect(open).to.throw(
      ProjectError,
      /^the state cannot be kept in \S+, because EISDIR: .*: give --state a folder that can be created or written\.$/,
    );
  });

  it("may contain hidden files, which stay as they are, but not a repository", () => {
    writeFileSync(file(".DS_Store"), "");
    writeFileSync(file(".gitignore"), "cloud.state\n");
    open().release();
    expect(readFileSync(file(".gitignore"), "utf8")).to.equal("cloud.state\n");
    mkdirSync(file(".git"));
    expect(open).to.throw(ProjectError, "the folder has other files (.git)");
  });

  it("can be read by its owner only, also if it existed before", () => {
    chmodSync(home, 0o755);
    open().release();
    expect(statSync(home).mode & 0o777).to.equal(0o700);
  });

  it("reports data that is nested too deeply to be saved", async () => {
    const deep = (): never => {
      throw new RangeError("Maximum call stack size exceeded");
    };
    const cloud = { endpoint: "http://127.0.0.1:1", registry: { all: deep } };
    const error = await runOf(cloud as unknown as Cloud).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ProjectError);
    expect(String(error)).to.include("(Maximum call stack size exceeded): it is as it was before");
  });
});
