import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { EngineSession } from "../../../localcloud/test/support/engineSession";
import { advanceUntilQuiet, RunningProgram } from "../../../localcloud/testing";

/** A program of test/stacks/programs, deployed on a cloud whose clock only moves with `advance`. */
export class FixtureProgram {
  readonly program: RunningProgram;
  protected outputs: Readonly<Record<string, unknown>> = {};
  protected variables: Readonly<Record<string, string>> = {};

  constructor(readonly engine: EngineSession) {
    this.program = new RunningProgram(engine.session, engine.output);
  }

  /** Starts a cloud for the program in this folder; nothing is deployed yet. */
  protected static startEngine(directory: string): Promise<EngineSession> {
    return EngineSession.start("", { directory, clock: "manual" });
  }

  get cloud(): RunningProgram["cloud"] {
    return this.program.cloud;
  }

  /** The cloud's time of the first deployment. Milliseconds since the epoch. */
  deployedAt = NaN;

  /** Deploys with these variables in the program's environment. */
  async up(variables: Readonly<Record<string, string>> = this.variables): Promise<void> {
    this.variables = variables;
    if (Number.isNaN(this.deployedAt)) this.deployedAt = this.cloud.clock.now();
    this.outputs = (await this.engine.run({ ...variables })).outputs;
  }

  /** Updates once more, with a refresh: nothing may differ from the program. */
  async expectEmptyDiff(): Promise<void> {
    await this.up();
    const steps = this.engine.steps.filter((step) => !/^(same|changed|read|refresh) /.test(step));
    expect(steps).to.deep.equal([]);
  }

  output(name: string): string {
    return String(this.outputs[name]);
  }

  async minutes(count: number): Promise<void> {
    await advanceUntilQuiet(this.cloud, { quietMinutes: count, limitMinutes: count });
  }

  /** Advances the cloud to the next whole minute. */
  async toMinute(): Promise<void> {
    await this.cloud.clock.advance(60_000 - (this.cloud.clock.now() % 60_000));
  }

  /** Calls a function; returns its answer, prefixed with the kind of its error if it fails. */
  async callFunction(
    FunctionName: string,
    event: object,
    InvocationType?: "Event" | "RequestResponse",
  ): Promise<string> {
    const input = { FunctionName, InvocationType, Payload: JSON.stringify(event) };
    const { Payload, FunctionError } = await this.program
      .client(LambdaClient)
      .send(new InvokeCommand(input));
    return `${FunctionError ?? ""}${Buffer.from(Payload ?? []).toString()}`;
  }

  /** Makes the local cloud do what AWS does by itself: `POST /_localcloud/<name>`. */
  async control(name: string, body: object): Promise<void> {
    const answer = await fetch(`${this.cloud.endpoint}/_localcloud/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.status, await answer.text()).to.equal(200);
  }

  close(): Promise<void> {
    return this.program.close();
  }
}
