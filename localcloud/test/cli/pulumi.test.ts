import { expect } from "chai";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pulumiEnvironment } from "../../cli/pulumi/pulumiEnvironment";
import { rememberStackFiles } from "../../cli/pulumi/stackFiles";

const SALT = "encryptionsalt: v1:salt=:v1:nonce:text==\n";
const WRITTEN = `# Of the team.\nconfig:\n  aws:region: us-east-1\n  days: 7 # a week\n  list: [1, two]\n`;
/** The same file as the CLI writes it. */
const REWRITTEN = `# Of the team.\nconfig:\n  aws:region: us-east-1\n  days: "7" # a week\n  list:\n    - 1\n    - two\n${SALT}`;

describe("The Pulumi CLI's environment", () => {
  it("never contains the backend of the real stacks, unless a separate variable requests it", () => {
    const team = { PULUMI_BACKEND_URL: "s3://team", PATH: "/bin" };
    const own = pulumiEnvironment("/home", "dev", team);
    expect(own.ownBackend).to.equal(true);
    expect(own.variables).to.include({ PULUMI_BACKEND_URL: "file:///home", PULUMI_STACK: "dev" });
    const other = { ...team, LOCALCLOUD_PULUMI_BACKEND_URL: "file:///kept" };
    const asked = pulumiEnvironment("/home", "dev", other);
    expect(asked.ownBackend).to.equal(false);
    expect(asked.variables).to.include({ PULUMI_BACKEND_URL: "file:///kept" });
    expect(asked.variables).to.not.have.property("PULUMI_STACK");
    const empty = { ...team, LOCALCLOUD_PULUMI_BACKEND_URL: "" };
    expect(pulumiEnvironment("/home", "dev", empty)).to.deep.equal(own);
  });

  it("saves the state once, unless it is kept elsewhere or the user decided", () => {
    const variable = "PULUMI_SKIP_CHECKPOINTS";
    const inEnvironment = (own: NodeJS.ProcessEnv): string | undefined =>
      pulumiEnvironment("/home", "dev", own).variables[variable];
    expect(inEnvironment({})).to.equal("true");
    expect(inEnvironment({ LOCALCLOUD_PULUMI_BACKEND_URL: "file:///kept" })).to.equal(undefined);
    expect(inEnvironment({ [variable]: "false" })).to.equal(undefined);
  });
});

describe("The files of stacks that a command may write into", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "stack-files-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (text: string, name = "Pulumi.dev.yaml"): void =>
    writeFileSync(path.join(folder, name), text);
  const read = (name = "Pulumi.dev.yaml"): string => readFileSync(path.join(folder, name), "utf8");
  const after = (before: string, now: string): string => {
    write(before);
    const restore = rememberStackFiles(folder);
    write(now);
    restore();
    return read();
  };

  it("are restored after changes by the CLI", () => {
    expect(after(WRITTEN, REWRITTEN)).to.equal(WRITTEN);
    expect(after("", SALT)).to.equal("");
    write(WRITTEN);
    const restore = rememberStackFiles(folder);
    write(SALT, "Pulumi.new.yaml");
    rmSync(path.join(folder, "Pulumi.dev.yaml"));
    restore();
    restore();
    expect(readdirSync(folder)).to.deep.equal(["Pulumi.dev.yaml"]);
    expect(read()).to.equal(WRITTEN);
  });

  it("keep settings made meanwhile, without the salt of the temporary stack", () => {
    expect(after(WRITTEN, REWRITTEN.replace("7", "8"))).to.match(/days: "8"[^]*- two\n$/);
    const secret = REWRITTEN.replace('"7"', "{ secure: v1:nonce:text }");
    expect(after(WRITTEN, secret)).to.equal(secret);
    expect(after(WRITTEN, "config: [")).to.equal("config: [");
    // A concurrent command has removed the salt of this one.
    expect(after(REWRITTEN, WRITTEN)).to.equal(WRITTEN);
    expect(after(WRITTEN + SALT, REWRITTEN.replace("7", "8"))).to.include(SALT);
  });

  it("are found in the folder that Pulumi.yaml configures", () => {
    write("name: p\nruntime: nodejs\nstackConfigDir: .\n", "Pulumi.yaml");
    expect(after(WRITTEN, REWRITTEN)).to.equal(WRITTEN);
    write("stackConfigDir: gone", "Pulumi.yaml");
    expect(after(WRITTEN, REWRITTEN)).to.equal(REWRITTEN);
  });
});
