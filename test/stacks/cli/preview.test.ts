import { expect } from "chai";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  cliEnvironment,
  findPulumiCli,
  NO_CLI,
  runCommand,
} from "../../../localcloud/test/support/pulumiCli";

const REPOSITORY = path.join(__dirname, "../../..");

/** Secrets without a key here, in both forms that docs/deploying.md names. */
const STACKS = {
  "Pulumi.dev.yaml": `# Of the team.
encryptionsalt: v1:3Q4yl0xoRJA=:v1:Ypf3yPTCZ1a+YpdO:8qJtmYYrrSZaaBY5vUcfSkCTPhQbVQ==
config:
  small:token:
    secure: v1:Zm9yZWlnbg==:b3RoZXI=
`,
  "Pulumi.prod.yaml": `secretsprovider: awskms://alias/pulumi?region=us-east-1
encryptedkey: AQICAHg=
config:
  small:token:
    secure: AAABAOnZ
`,
};

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
if (process.env.BROKEN && pulumi.getStack() === "prod" && __dirname.endsWith("base")) throw new Error("broken");
const value = new pulumi.Config().requireSecret("token");
exports.made = new aws.ssm.Parameter("made", { type: "SecureString", value }).name;
`;

describe(".ci/preview with the real Pulumi CLI", function () {
  this.timeout(180_000);
  const cli = findPulumiCli();
  let all: string;

  before(function () {
    if (!cli) {
      console.log(`      skipped: ${NO_CLI}`);
      return this.skip();
    }
    all = mkdtempSync(path.join(tmpdir(), "preview-"));
    mkdirSync(path.join(all, "home"));
    for (const name of ["head", "base"]) {
      const folder = path.join(all, name);
      mkdirSync(folder);
      for (const shared of [".ci", "scripts"])
        cpSync(path.join(REPOSITORY, shared), path.join(folder, shared), { recursive: true });
      for (const shared of ["node_modules", "policies", "tsconfig.json"])
        symlinkSync(path.join(REPOSITORY, shared), path.join(folder, shared));
      const files = {
        ...STACKS,
        "Pulumi.yaml": "name: small\nruntime: nodejs\n",
        "package.json": "{}",
        "index.js": PROGRAM,
      };
      for (const [file, text] of Object.entries(files))
        writeFileSync(path.join(folder, file), text);
    }
    const more = 'new aws.ssm.Parameter("more", { type: "SecureString", value });\n';
    writeFileSync(path.join(all, "head/index.js"), PROGRAM + more);
  });
  after(() => {
    if (all) rmSync(all, { recursive: true });
  });

  const preview = (variables: NodeJS.ProcessEnv = {}) => {
    const own = cliEnvironment(cli ?? "", path.join(all, "home"));
    const team = { PULUMI_CONFIG_PASSPHRASE: "of the team", GITHUB_STEP_SUMMARY: "" };
    const env = { ...own, ...team, ...variables };
    return runCommand(path.join(all, "head/.ci/preview"), [path.join(all, "base")], {
      cwd: all,
      env,
    });
  };
  const unchanged = (): void => {
    for (const name of ["head", "base"])
      for (const [file, text] of Object.entries(STACKS))
        expect(readFileSync(path.join(all, name, file), "utf8"), name).to.equal(text);
  };

  it("shows what a change changes without the key of any stack's secrets, again and again", async () => {
    const first = await preview();
    expect(first.code, first.stderr + first.stdout).to.equal(0);
    for (const stack of ["dev", "prod"])
      expect(first.stdout).to.contain(`| ${stack} | succeeded | 1 | 0 | 0 | 0 | 2 | hold |`);
    unchanged();

    const second = await preview({ BROKEN: "1" });
    expect(second.code, second.stderr + second.stdout).to.equal(0);
    expect(second.stdout)
      .to.contain("| dev | succeeded | 1 | 0 | 0 | 0 | 2 | hold |")
      .and.contain("| prod | succeeded, **base failed** | 2 |")
      .and.contain("**prod: the base branch does not deploy");
    unchanged();
  });

  it("changes no stack outside of localcloud exec", async () => {
    const env = cliEnvironment(cli ?? "", path.join(all, "home"));
    const args = ["dev", path.join(all, "events"), path.join(all, "base")];
    for (const AWS_ENDPOINT_URL of ["", "https://sqs.us-east-1.amazonaws.com"]) {
      const options = { cwd: path.join(all, "head"), env: { ...env, AWS_ENDPOINT_URL } };
      const { code, stderr } = await runCommand(".ci/preview-stack", args, options);
      expect(code).to.equal(2);
      expect(stderr).to.contain("runs only inside 'localcloud exec --no-program'");
    }
    unchanged();
  });
});
