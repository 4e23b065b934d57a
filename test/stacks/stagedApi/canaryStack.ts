import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeRuleCommand } from "@aws-sdk/client-eventbridge";
import {
  type AliasConfiguration,
  GetAliasCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { type CanaryNote, isMove } from "../../../callbacks/api/stagedApi/history/history";
import { readHistory } from "../../../callbacks/api/stagedApi/history/historyParameter";
import type { LambdaStore } from "../../../localcloud/services/lambda/store";
import { advanceUntilQuiet } from "../../../localcloud/testing";
import { StagedStack } from "../../support/programs/stagedStack";

/** The fixture program of canaries on a cloud whose clock only moves with `advance`. */
export class CanaryStack {
  private constructor(readonly stack: StagedStack) {}

  static async start(): Promise<CanaryStack> {
    const stack = await StagedStack.start("canary", "greeting", { clock: "manual" });
    stack.commands.now = () => stack.cloud.clock.date();
    const self = new CanaryStack(stack);
    self.draw();
    await stack.up({ WORD: "Old" }).catch(async (error: unknown) => {
      await stack.close();
      throw error;
    });
    return self;
  }

  get clients(): StagedStack["commands"]["clients"] {
    return this.stack.commands.clients;
  }

  /** Runs a command that must succeed, and returns its output. */
  async run(line: string): Promise<string> {
    const { output, error } = await this.stack.commands.run(line);
    expect(error, line).to.equal(undefined);
    return output;
  }

  /** Returns the lines of `history`, oldest first. */
  async history(): Promise<string[]> {
    return (await this.run("history greeting")).split("\n");
  }

  /** Runs a command that must fail, and returns its error. */
  async refused(line: string): Promise<string> {
    const { error, output } = await this.stack.commands.run(line);
    expect(error, output).to.be.a("string");
    return error ?? "";
  }

  /** Updates once more, with a refresh: nothing may differ from the program. */
  async expectEmptyDiff(variables: Record<string, string>): Promise<void> {
    await this.stack.up(variables);
    // A change that the refresh found is not a step of the update.
    const steps = this.stack.changed.filter((step) => !step.startsWith("changed "));
    expect(steps).to.deep.equal([]);
  }

  /** Publishes versions of the function that no release of the program made; the function's code is then restored. */
  async publishMore(count: number): Promise<void> {
    const FunctionName = this.stack.functionName;
    for (const MemorySize of [...Array.from({ length: count }, (_value, n) => 300 + n), 256]) {
      const change = new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize });
      await this.clients.lambda.send(change);
      await this.minutes(1);
      if (MemorySize !== 256)
        await this.clients.lambda.send(new PublishVersionCommand({ FunctionName }));
    }
  }

  /** Returns the notes about canaries in the history. */
  async notes(): Promise<CanaryNote[]> {
    const Name = this.stack.output("Parameter::greeting-history", "name");
    const history = await readHistory(this.clients.ssm, Name);
    return history.flatMap((entry) => (isMove(entry) ? [] : [entry]));
  }

  /** Advances the cloud's clock. */
  async minutes(count: number): Promise<void> {
    await advanceUntilQuiet(this.stack.cloud, { quietMinutes: count, limitMinutes: count });
  }

  alias(): Promise<AliasConfiguration> {
    return this.clients.lambda.send(
      new GetAliasCommand({ FunctionName: this.stack.functionName, Name: "PROD" }),
    );
  }

  async changeAlias(change: object): Promise<void> {
    const at = { FunctionName: this.stack.functionName, Name: "PROD" };
    await this.clients.lambda.send(new UpdateAliasCommand({ ...at, ...change }));
  }

  /** Returns version and weights of PROD, such as `1 {"2":0.1}`. */
  async prod(): Promise<string> {
    const { FunctionVersion, RoutingConfig } = await this.alias();
    const weights = RoutingConfig?.AdditionalVersionWeights;
    return weights ? `${FunctionVersion} ${JSON.stringify(weights)}` : `${FunctionVersion}`;
  }

  async ruleState(): Promise<string | undefined> {
    const Name = this.stack.output("EventRule::greeting-canary", "name");
    return (await this.clients.events.send(new DescribeRuleCommand({ Name }))).State;
  }

  get latencyAlarm(): string {
    return this.stack.output("MetricAlarm::latency", "name");
  }

  async setLatency(StateValue: "OK" | "ALARM"): Promise<void> {
    const alarm = { AlarmName: this.latencyAlarm, StateValue, StateReason: "a test" };
    await this.clients.cloudwatch.send(new SetAlarmStateCommand(alarm));
  }

  /** Calls prod this often, and counts the answers. */
  async ask(times: number, name = "Ada"): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (let number = 0; number < times; number += 1) {
      const response = await fetch(`${this.stack.url("prod")}/greeting?name=${name}`);
      const { message } = (await response.json()) as { message: string };
      const answer = `${response.status} ${message}`;
      counts[answer] = (counts[answer] ?? 0) + 1;
    }
    return counts;
  }

  close(): Promise<void> {
    return this.stack.close();
  }

  /** A canary's requests are chosen at random; a test makes the same choices each time. */
  private draw(): void {
    const { cloud } = this.stack;
    // The registry's type does not know the type of a service's store.
    const store = cloud.registry.named("lambda")?.store(cloud.defaultRegion, cloud) as LambdaStore;
    let state = 1;
    store.random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  }
}
