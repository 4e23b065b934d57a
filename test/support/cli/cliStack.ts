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
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { startCloud, type Cloud } from "../../../localcloud/cloud/cloud";
import { awsEnvironment } from "../../../localcloud/engine/session";
import {
  cliEnvironment,
  type CliResult,
  runCommand,
} from "../../../localcloud/test/support/pulumiCli";

const REPOSITORY = path.join(__dirname, "../../..");
const PLUGINS = path.join(REPOSITORY, "localcloud/bin/plugins");
/** Files and folders that a test may change are copied. */
const COPIED = ["Pulumi.yaml", "package.json", "tsconfig.json", "index.ts", "stacks"];
/** The others are links to the repository's own, which are already transpiled. */
const LINKED = ["callbacks", "components", "node_modules"];
const READS = /^(Get|Head|List|Describe|Decrypt)/;
/** Operations of a preview on unchanged resources. */
const UNCHANGED = ["same", "read", "refresh"];

export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
}

/** A copy of the repository's program, one of its stacks, and a local cloud to which the real CLI deploys it. */
export class CliStack {
  private constructor(
    readonly cloud: Cloud,
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * @param config is appended to Pulumi.<stack>.yaml.
   * @param variables are added to the CLI's environment.
   */
  static async start(
    cli: string,
    stack: string,
    config: Readonly<Record<string, unknown>>,
    variables: NodeJS.ProcessEnv = {},
  ): Promise<CliStack> {
    const folder = mkdtempSync(path.join(tmpdir(), `cli-${stack}-`));
    for (const name of COPIED)
      cpSync(path.join(REPOSITORY, name), path.join(folder, name), { recursive: true });
    for (const name of LINKED) symlinkSync(path.join(REPOSITORY, name), path.join(folder, name));
    const file = `Pulumi.${stack}.yaml`;
    const settings = parse(readFileSync(path.join(REPOSITORY, file), "utf8")) as { config: object };
    const all = { ...settings, config: { ...settings.config, ...config } };
    writeFileSync(path.join(folder, file), stringify(all));
    const home = path.join(folder, "home");
    mkdirSync(home);
    const cloud = await startCloud({ region: "us-east-1" });
    const own = cliEnvironment(cli, home);
    const PATH = `${PLUGINS}${path.delimiter}${own.PATH ?? ""}`;
    const self = new CliStack(cloud, folder, {
      ...own,
      ...awsEnvironment(cloud),
      PATH,
      ...variables,
    });
    await self.succeed(`stack init ${stack}`);
    return self;
  }

  pulumi(command: string): Promise<CliResult> {
    const args = [...command.split(" "), "--non-interactive"];
    return runCommand("pulumi", args, { cwd: this.folder, env: this.environment });
  }

  async succeed(command: string): Promise<string> {
    const { code, stdout, stderr } = await this.pulumi(command);
    expect(code, `pulumi ${command}\n${(stdout + stderr).slice(-4000)}`).to.equal(0);
    return stdout;
  }

  async preview(): Promise<Step[]> {
    const { steps } = JSON.parse(await this.succeed("preview --json")) as { steps: Step[] };
    return steps;
  }

  async resources(): Promise<StateResource[]> {
    const { deployment } = JSON.parse(await this.succeed("stack export")) as {
      deployment: { resources?: StateResource[] };
    };
    return deployment.resources ?? [];
  }

  async resource(type: string, name: string): Promise<StateResource> {
    const resources = await this.resources();
    const found = resources.find((one) => one.type === type && one.urn.endsWith(`::${name}`));
    if (!found) throw new Error(`the state has no ${type} ${name}`);
    return found;
  }

  /** Returns the deployer's calls that change something, without those of deployed code. */
  writes(after: number): string[] {
    return this.cloud.recorder
      .find({ after, outcome: "ok" })
      .filter(({ principal, operation }) => principal.type === "root" && !READS.test(operation))
      .map(({ operation }) => operation);
  }

  async close(): Promise<void> {
    await this.cloud.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** Returns the steps that change something, as `operation name properties`. */
export function changesOf(steps: readonly Step[]): string[] {
  return steps
    .filter(({ op }) => !UNCHANGED.includes(op))
    .map(({ op, urn, detailedDiff }) =>
      [op, urn.split("::")[3], ...Object.keys(detailedDiff ?? {})].join(" "),
    );
}
