import { expect } from "chai";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { Session } from "node:inspector";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { packCallback } from "../../../../components/function/packing/packCallback";
import { mockPulumi } from "../../../support/graph/pulumiMocks";

/** The command that finds the scopes of a function, which takes V8 longer than everything else. */
const FIND_SCOPES = "Runtime.getProperties";
/** The command after which V8 reports every script of the process. */
const LIST_SCRIPTS = "Debugger.enable";

describe("Packing, which reads captured variables with V8's inspector,", () => {
  before(() => mockPulumi());

  it("looks at each function once, whatever the functions return", async () => {
    const settings = { table: { name: "orders" } };
    const helpers = Array.from({ length: 30 }, () => () => settings.table.name);
    const inspected = await commandsOf(FIND_SCOPES, () =>
      packCallback(async () => helpers.map((helper) => helper())),
    );
    expect(inspected).to.be.within(1, helpers.length + 1);
  });

  it("lists the process's scripts once for the source maps of one file's callbacks", async () => {
    const maps = mkdtempSync(path.join(tmpdir(), "maps-"));
    process.env.LOCALCLOUD_SOURCE_MAPS = maps;
    try {
      const listed = await commandsOf(LIST_SCRIPTS, async () => {
        await packCallback(async () => "first");
        await packCallback(async () => "second");
      });
      expect(readdirSync(maps)).to.have.length(2);
      expect(listed).to.equal(1);
    } finally {
      delete process.env.LOCALCLOUD_SOURCE_MAPS;
      rmSync(maps, { recursive: true });
    }
  });
});

/** Returns how often a command was sent to the inspector meanwhile. */
async function commandsOf(name: string, work: () => Promise<unknown>): Promise<number> {
  const { post } = Session.prototype;
  let count = 0;
  Session.prototype.post = function (this: Session, ...command: unknown[]) {
    if (command[0] === name) count += 1;
    return Reflect.apply(post, this, command) as void;
  };
  try {
    await work();
    return count;
  } finally {
    Session.prototype.post = post;
  }
}
