import * as path from "node:path";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { DescribeServicesCommand, ECSClient, type Service } from "@aws-sdk/client-ecs";
import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Noted } from "../../../callbacks/ecs/scaling/memory";
import type { RecordedCall } from "../../../localcloud/core/recorder";
import { EngineSession } from "../../../localcloud/test/support/engineSession";
import {
  advanceUntilQuiet,
  callsOf,
  roleOf,
  RunningProgram,
  type ServiceLoad,
} from "../../../localcloud/testing";

const DIRECTORY = path.join(__dirname, "../programs/ecsTaskScaler");

/** The fixture program on a cloud whose time stands still between advances. */
export class ScalingProgram {
  private outputs: Readonly<Record<string, unknown>> = {};

  private constructor(
    readonly engine: EngineSession,
    readonly program: RunningProgram,
    private variables: Record<string, string>,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<ScalingProgram> {
    const engine = await EngineSession.start("", { directory: DIRECTORY, clock: "manual" });
    const program = new RunningProgram(engine.session, engine.output);
    const self = new ScalingProgram(engine, program, variables);
    await self.up(variables);
    // The tasks start, and on the minute everything begins.
    await self.minutes(3);
    await self.toMinute();
    return self;
  }

  get cloud(): RunningProgram["cloud"] {
    return this.program.cloud;
  }

  /** Deploys with these variables in the program's environment. */
  async up(variables: Record<string, string> = this.variables): Promise<void> {
    this.variables = variables;
    this.outputs = (await this.engine.run(variables)).outputs;
  }

  /** Updates once more, with what a refresh finds: nothing may differ from the program. */
  async expectEmptyDiff(): Promise<void> {
    await this.up();
    const steps = this.engine.steps.filter((step) => !/^(same|changed|read|refresh) /.test(step));
    expect(steps).to.deep.equal([]);
  }

  output(name: string): string {
    return String(this.outputs[name]);
  }

  /** What every task of the service shows from now on. */
  load(cpuPercent: ServiceLoad["cpuPercent"]): void {
    const cluster = this.output("clusterName");
    this.cloud.load({ cluster, service: this.output("serviceName"), cpuPercent });
  }

  async minutes(count: number): Promise<void> {
    await advanceUntilQuiet(this.cloud, { quietMinutes: count, limitMinutes: count });
  }

  async toMinute(): Promise<void> {
    await this.cloud.clock.advance(60_000 - (this.cloud.clock.now() % 60_000));
  }

  async service(): Promise<Service> {
    const input = {
      cluster: this.output("clusterName"),
      services: [this.output("serviceName")],
    };
    const { services = [] } = await this.program
      .client(ECSClient)
      .send(new DescribeServicesCommand(input));
    return services[0];
  }

  async desired(): Promise<number | undefined> {
    return (await this.service()).desiredCount;
  }

  async pin(): Promise<string | undefined> {
    const Path = "/scaling/dev/desired-counts";
    const { Parameters = [] } = await this.program
      .client(SSMClient)
      .send(new GetParametersByPathCommand({ Path }));
    return Parameters[0]?.Value;
  }

  async tick(): Promise<string | undefined> {
    const Name = this.output("tickRuleName");
    return (await this.program.client(EventBridgeClient).send(new DescribeRuleCommand({ Name })))
      .State;
  }

  async alarm(end: string): Promise<string | undefined> {
    const { MetricAlarms = [] } = await this.program
      .client(CloudWatchClient)
      .send(new DescribeAlarmsCommand({}));
    return MetricAlarms.find(({ AlarmName = "" }) => AlarmName.includes(end))?.StateValue;
  }

  /** Everything that the scaler has decided, oldest first. */
  async decisions(): Promise<Noted[]> {
    const { Items = [] } = await this.program.client(DynamoDBClient).send(
      new QueryCommand({
        TableName: this.output("auditTableName"),
        KeyConditionExpression: "id = :id AND begins_with(part, :part)",
        ExpressionAttributeValues: { ":id": { S: "scaler" }, ":part": { S: "decision#" } },
      }),
    );
    return Items.map(({ decision }) => JSON.parse(decision.S ?? "") as Noted);
  }

  get roleName(): string {
    return roleOf(this.engine.session.resources, "web");
  }

  /** Calls of the scaler's own code since then. */
  calls(after: number): readonly RecordedCall[] {
    return callsOf(this.cloud, this.roleName, { after });
  }

  /** Calls of an operation that had an effect. */
  writes(after: number, operation: string): RecordedCall[] {
    return this.calls(after).filter(
      (call) => call.operation === operation && call.outcome === "ok",
    );
  }

  /** Wakes the scaler at once, with an event as an alarm would send it or any other. */
  async wake(event: object = { wake: "command" }, InvocationType?: "Event"): Promise<string> {
    const { Payload, FunctionError } = await this.program.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: this.output("functionName"),
        InvocationType,
        Payload: JSON.stringify(event),
      }),
    );
    return `${FunctionError ?? ""}${Buffer.from(Payload ?? []).toString()}`;
  }

  close(): Promise<void> {
    return this.program.close();
  }
}
