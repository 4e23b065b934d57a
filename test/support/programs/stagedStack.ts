import { GetDeploymentsCommand } from "@aws-sdk/client-api-gateway";
import { ListVersionsByFunctionCommand } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import * as path from "node:path";
import type { DeploymentError } from "../../../localcloud/engine/deployment/events";
import type { SessionOptions } from "../../../localcloud/engine/session";
import type { Cloud } from "../../../localcloud/cloud/cloud";
import { EngineSession } from "../../../localcloud/test/support/engineSession";
import { CommandLine } from "./stagedApiCommands";

/** The fixture program with one StagedApi, deployed several times, and the commands that move its prod. */
export class StagedStack {
  private constructor(
    private readonly session: EngineSession,
    readonly commands: CommandLine,
    private readonly api: string,
  ) {}

  /** @param api name of the StagedApi in the program. */
  static async start(
    program = "stagedApi",
    api = "greeting",
    options: SessionOptions = {},
  ): Promise<StagedStack> {
    const directory = path.join(__dirname, "../../stacks/programs", program);
    const session = await EngineSession.start(program, { directory, ...options });
    return new StagedStack(session, new CommandLine(session.session), api);
  }

  get cloud(): Cloud {
    return this.session.session.cloud;
  }

  /** Deploys with these variables in the program's environment. */
  async up(variables: Record<string, string> = {}): Promise<void> {
    await this.session.run(variables);
  }

  /** Deploys, expects a failure, and returns the error. */
  failedUp(variables: Record<string, string>): Promise<DeploymentError> {
    return this.session.failure(this.session.run(variables));
  }

  /** Deploys the same again: nothing may differ. */
  async expectEmptyDiff(variables: Record<string, string> = {}): Promise<void> {
    await this.up(variables);
    expect(this.changed).to.deep.equal([]);
  }

  /** The steps of the last deployment that changed something. */
  get changed(): string[] {
    return this.session.steps.filter((step) => !step.startsWith("same "));
  }

  /** Warnings of the last deployment. */
  get warnings(): readonly string[] {
    return this.session.warnings;
  }

  /** The resources of the stack after the last deployment. */
  get resources(): EngineSession["session"]["resources"] {
    return this.session.session.resources;
  }

  url(stage: string): string {
    return this.output(`Stage::${this.api}-${stage}`, "invokeUrl");
  }

  get functionName(): string {
    return this.output(`lambda/function:Function::${this.api}`, "name");
  }

  get restApiId(): string {
    return this.output(`Stage::${this.api}-prod`, "restApi");
  }

  /** Returns the answer of a stage to Ada. */
  async answer(stage: "stage" | "prod"): Promise<string> {
    const response = await fetch(`${this.url(stage)}/greeting?name=Ada`);
    const body = (await response.json()) as { message: string };
    return `${response.status} ${body.message}`;
  }

  /** Returns the answers of `stage` and `prod` to Ada. */
  async answers(): Promise<string[]> {
    return [await this.answer("stage"), await this.answer("prod")];
  }

  /** Returns the numbers of the published versions. */
  async versions(): Promise<string[]> {
    const { Versions = [] } = await this.commands.clients.lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: this.functionName }),
    );
    return Versions.map(({ Version = "" }) => Version).filter((version) => version !== "$LATEST");
  }

  /** Returns how many deployments the API has. */
  async deployments(): Promise<number> {
    const { items = [] } = await this.commands.clients.apiGateway.send(
      new GetDeploymentsCommand({ restApiId: this.restApiId }),
    );
    return items.length;
  }

  async close(): Promise<void> {
    this.commands.close();
    await this.session.close();
  }

  /** By the end of the URN: some resources of the component share a name, but not the type before it. */
  output(urnEnd: string, property: string): string {
    const found = this.session.session.resources.find(({ urn }) => urn.endsWith(urnEnd));
    return String(found?.outputs[property]);
  }
}
