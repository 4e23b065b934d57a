import { expect } from "chai";
import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { loadProject, type Project } from "../../engine/project/project";
import { ProjectError } from "../../engine/project/projectError";
import { EngineSession } from "../support/engineSession";
import { cliEnvironment, findPulumiCli, NO_CLI, runCommand } from "../support/pulumiCli";

const PROJECT = "name: shop\nruntime: nodejs\n";
const SALT = randomBytes(8);
const MODULES = path.join(__dirname, "../../../node_modules");

/** Deploys the files in its folder. */
const PROGRAM_IN_FOLDER = `
  const aws = require("@pulumi/aws");
  const { FileArchive } = require("@pulumi/pulumi").asset;
  const role = new aws.iam.Role("role", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
  });
  const code = new FileArchive("./handler");
  new aws.lambda.Function("fn", { role: role.arn, handler: "index.handler", runtime: "nodejs22.x", code });
  exports.cwd = process.cwd();`;

/** Encrypts like `pulumi config set --secret` with the passphrase provider. */
function encrypt(text: string, passphrase: string): string {
  const key = pbkdf2Sync(passphrase, SALT, 1_000_000, 32, "sha256");
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${data.toString("base64")}`;
}

describe("engine: the project's files", function () {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "project-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (project: string | undefined, stack: string | undefined): void => {
    if (project !== undefined) writeFileSync(path.join(folder, "Pulumi.yaml"), project);
    if (stack !== undefined) writeFileSync(path.join(folder, "Pulumi.dev.yaml"), stack);
  };

  const load = (
    project: string | undefined,
    stack: string | undefined,
    passphrase?: string,
  ): Project => {
    write(project, stack);
    return loadProject(folder, "dev", passphrase);
  };

  const refusals: [string, string | undefined, string | undefined, RegExp][] = [
    [
      "a folder without Pulumi.yaml",
      undefined,
      "",
      /There is no Pulumi\.yaml in .*Run this in the folder/,
    ],
    ["a project without a name", "runtime: nodejs\n", "", /Pulumi\.yaml has no `name`/],
    [
      "another runtime",
      "name: a\nruntime: python\n",
      "",
      /runtime 'python'; the local cloud runs 'nodejs'/,
    ],
    [
      "a stack without a file",
      PROJECT,
      undefined,
      /There is no stack 'dev': Pulumi\.dev\.yaml does not exist/,
    ],
    [
      "broken YAML",
      PROJECT,
      "config: [",
      /^Pulumi\.dev\.yaml is not valid YAML: [^\n]* at line 1, column \d+\.$/,
    ],
    [
      "a configuration that is a list",
      PROJECT,
      "config: [1]",
      /^`config` in Pulumi\.dev\.yaml must be a mapping of keys to values\.$/,
    ],
    ["a file that is a list", "- a\n", "", /Pulumi\.yaml must be a YAML mapping/],
    ["ESC environments", PROJECT, "environment: [base]\n", /imports Pulumi ESC environments/],
    [
      "secrets of a cloud service",
      PROJECT,
      "secretsprovider: awskms://alias/x\nconfig:\n  shop:p: {secure: abc}\n",
      /'shop:p' of stack 'dev' is encrypted by a service that the local cloud cannot reach/,
    ],
    [
      "secrets without a passphrase",
      PROJECT,
      "encryptionsalt: v1:AAAA:v1:x:y\nconfig:\n  shop:p: {secure: v1:a:b}\n",
      /'shop:p' of stack 'dev' is a secret\. Set it without --secret .* or set PULUMI_CONFIG_PASSPHRASE/,
    ],
  ];
  for (const [what, project, stack, message] of refusals)
    it(`refuses ${what} with a sentence that explains how to fix it`, () => {
      expect(() => load(project, stack)).to.throw(ProjectError, message);
    });

  it("takes defaults from Pulumi.yaml, lets the stack win, and passes objects as JSON", () => {
    const project = load(
      `${PROJECT}main: ""\nconfig:\n  size: {type: integer, default: 3}\n  colour: {default: red}\n` +
        "  aws:region: {value: eu-west-1}\n  asked: {type: string}\n  plain: text\n",
      "config:\n  shop:colour: blue\n  shop:on: true\n  shop:list: [1, {a: b}]\n",
    );
    expect(project).to.deep.include({
      name: "shop",
      stack: "dev",
      main: ".",
      programDirectory: folder,
      secretKeys: [],
    });
    expect(project.config).to.deep.equal({
      "shop:size": "3",
      "shop:colour": "blue",
      "aws:region": "eu-west-1",
      "shop:plain": "text",
      "shop:on": "true",
      "shop:list": '[1,{"a":"b"}]',
    });
  });

  it("decrypts `secure:` values, also inside objects, with the right passphrase only", () => {
    const stack =
      `encryptionsalt: v1:${SALT.toString("base64")}:v1:unused:unused\nconfig:\n` +
      `  shop:password: {secure: "${encrypt("hunter2", "pass")}"}\n` +
      `  shop:nested:\n    user: me\n    keys: [{secure: "${encrypt("ключ", "pass")}"}]\n`;
    const project = load(PROJECT, stack, "pass");
    expect(project.config).to.deep.equal({
      "shop:password": "hunter2",
      "shop:nested": '{"user":"me","keys":["ключ"]}',
    });
    expect(project.secretKeys).to.deep.equal(["shop:password", "shop:nested"]);
    expect(() => loadProject(folder, "dev", "wrong")).to.throw(
      ProjectError,
      "Configuration 'shop:password' of stack 'dev' cannot be decrypted: PULUMI_CONFIG_PASSPHRASE is not its passphrase.",
    );
  });

  it("reads values that the real CLI has encrypted", async function () {
    const cli = findPulumiCli();
    if (!cli) {
      console.log(`      skipped: ${NO_CLI}`);
      return this.skip();
    }
    write(PROJECT, undefined);
    const env = { ...cliEnvironment(cli, folder), PULUMI_CONFIG_PASSPHRASE: "correct horse" };
    for (const command of [
      "stack init dev",
      "config set --secret password hunter2",
      "config set --secret --path nested.key s3cret",
      "config set --path nested.user me",
    ]) {
      const result = await runCommand("pulumi", [...command.split(" "), "--non-interactive"], {
        cwd: folder,
        env,
      });
      expect(result.code, result.stderr).to.equal(0);
    }
    expect(readFileSync(path.join(folder, "Pulumi.dev.yaml"), "utf8")).to.not.contain("hunter2");
    const project = loadProject(folder, "dev", "correct horse");
    expect(project.config).to.deep.equal({
      "shop:password": "hunter2",
      "shop:nested": '{"key":"s3cret","user":"me"}',
    });
  });

  it("refuses settings of the stack's provider and of the engine that it would have to ignore", async () => {
    write(
      PROJECT,
      'config:\n  aws:allowedAccountIds: ["111111111111"]\n  aws:defaultTags: {tags: {a: b}}\n',
    );
    const engine = await EngineSession.start("", { directory: folder });
    try {
      const failure = await engine.failure(engine.run());
      expect(failure.message).to.equal(
        "Stack 'dev' sets 'aws:defaultTags', which the local cloud's provider does not support.",
      );
      const pattern = "${stack}-${name}";
      write(
        PROJECT,
        `config:\n  pulumi:tags: {a: b}\n  pulumi:autonaming: {pattern: "${pattern}"}\n`,
      );
      expect((await engine.failure(engine.run())).message).to.equal(
        "Stack 'dev' sets 'pulumi:autonaming', which the local cloud's engine does not support; the Pulumi CLI does.",
      );
    } finally {
      await engine.close();
    }
  });

  it("gives the program its configuration, with secrets marked", async () => {
    writeFileSync(
      path.join(folder, "Pulumi.yaml"),
      "name: shop\nruntime: nodejs\nmain: index.js\nconfig:\n  number: {type: integer, default: 7}\n",
    );
    writeFileSync(
      path.join(folder, "Pulumi.dev.yaml"),
      `encryptionsalt: v1:${SALT.toString("base64")}:v1:unused:unused\nconfig:\n  aws:region: eu-west-3\n` +
        `  shop:list: [1, 2]\n  shop:password: {secure: "${encrypt("hunter2", "")}"}\n`,
    );
    writeFileSync(path.join(folder, "package.json"), "{}");
    writeFileSync(
      path.join(folder, "index.js"),
      `const pulumi = require("@pulumi/pulumi");
       const config = new pulumi.Config();
       module.exports = {
         number: config.requireNumber("number"),
         list: config.requireObject("list"),
         password: config.requireSecret("password").apply((text) => text.length),
         region: new pulumi.Config("aws").require("region"),
       };`,
    );
    const before = process.env.PULUMI_CONFIG_PASSPHRASE;
    process.env.PULUMI_CONFIG_PASSPHRASE = "";
    symlinkSync(MODULES, path.join(folder, "node_modules"));
    const engine = await EngineSession.start("", { directory: folder });
    try {
      const result = await engine.run();
      expect(result.outputs).to.deep.equal({
        number: 7,
        list: [1, 2],
        password: 7,
        region: "eu-west-3",
      });
      expect(result.secretOutputs).to.deep.equal(["password"]);
      expect(engine.session.cloud.defaultRegion).to.equal("eu-west-3");
    } finally {
      await engine.close();
      if (before === undefined) delete process.env.PULUMI_CONFIG_PASSPHRASE;
      else process.env.PULUMI_CONFIG_PASSPHRASE = before;
    }
  });

  it("runs a program in a folder of the project there, as the CLI does", async () => {
    write(PROJECT, "config: {}\n");
    mkdirSync(path.join(folder, "infra/handler"), { recursive: true });
    for (const file of ["infra/index.js", "infra/handler/index.js", "package.json"])
      writeFileSync(path.join(folder, file), file === "package.json" ? "{}" : PROGRAM_IN_FOLDER);
    symlinkSync(MODULES, path.join(folder, "node_modules"));
    for (const main of ["infra/", "./infra", "infra/index.js"]) {
      write(`${PROJECT}main: ${main}\n`, "config: {}\n");
      const engine = await EngineSession.start("", { directory: folder });
      try {
        const { outputs } = await engine.run();
        expect(outputs, main).to.deep.equal({ cwd: realpathSync(path.join(folder, "infra")) });
        expect(engine.steps, main).to.include("create fn");
      } finally {
        await engine.close();
      }
    }
    expect(() => load(`${PROJECT}main: gone/\n`, "")).to.throw(
      ProjectError,
      "Pulumi.yaml names 'gone/' as its main: there is no such file or folder.",
    );
  });
});
