import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { ClockMode } from "../../../localcloud/core/clock";
import { awsEnvironment } from "../../../localcloud/engine/session";
import {
  cliEnvironment,
  type CliResult,
  runCommand,
} from "../../../localcloud/test/support/pulumiCli";
import { type Cloud, startCloud } from "../../../localcloud/testing";
import type { Step } from "./cliStack";

const REPOSITORY = path.join(__dirname, "../../..");

/** A program of the repository, in a project of its own, and a local cloud to which the real CLI deploys it. */
export class CliProgram {
  private constructor(
    readonly cloud: Cloud,
    readonly folder: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @param main path of the program in the repository. */
  static async start(
    cli: string,
    { project, main, clock }: { project: string; main: string; clock?: ClockMode },
  ): Promise<CliProgram> {
    const cloud = await startCloud({ clock });
    const folder = mkdtempSync(path.join(tmpdir(), `${project}-`));
    const settings = [
      `name: ${project}`,
      "runtime:",
      "  name: nodejs",
      "  options: { typescript: true }",
      `main: ${path.join(REPOSITORY, main)}`,
      "options: { refresh: always }",
    ];
    writeFileSync(path.join(folder, "Pulumi.yaml"), settings.join("\n"));
    writeFileSync(path.join(folder, "package.json"), "{}");
    // With the repository's settings, what was transpiled for other tests need not be transpiled again.
    for (const name of ["node_modules", "tsconfig.json"])
      symlinkSync(path.join(REPOSITORY, name), path.join(folder, name));
    mkdirSync(path.join(folder, "home"));
    const own = cliEnvironment(cli, path.join(folder, "home"));
    const plugins = path.join(REPOSITORY, "localcloud/bin/plugins");
    const PATH = `${plugins}${path.delimiter}${own.PATH ?? ""}`;
    const program = new CliProgram(cloud, folder, { ...own, ...awsEnvironment(cloud), PATH });
    await program.pulumi("stack init dev");
    await program.pulumi("config set aws:region us-east-1");
    return program;
  }

  run(command: string, variables: Record<string, string> = {}): Promise<CliResult> {
    const args = [...command.split(" "), "--non-interactive"];
    const env = { ...this.environment, ...variables };
    return runCommand("pulumi", args, { cwd: this.folder, env });
  }

  /** Runs a command that must succeed, and returns its output. */
  async pulumi(command: string, variables: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, variables);
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  }

  /** Returns the steps of a preview that change something, and the messages that it prints. */
  async preview(
    options = "",
    variables: Record<string, string> = {},
  ): Promise<{ changes: Step[]; messages: string[] }> {
    const text = await this.pulumi(`preview --json${options}`, variables);
    const { steps, diagnostics = [] } = JSON.parse(text) as {
      steps: Step[];
      diagnostics?: { message: string }[];
    };
    return {
      changes: steps.filter(({ op }) => !["same", "refresh", "read"].includes(op)),
      messages: diagnostics.map(({ message }) => message),
    };
  }

  async close(): Promise<void> {
    await this.cloud.close();
    rmSync(this.folder, { recursive: true });
  }
}
