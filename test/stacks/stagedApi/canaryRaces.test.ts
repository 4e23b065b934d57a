import { APIGatewayClient, UpdateStageCommand } from "@aws-sdk/client-api-gateway";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import { LambdaClient, UpdateAliasCommand } from "@aws-sdk/client-lambda";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { FaultRule } from "../../../localcloud/cloud/faults";
import { CanaryStack } from "./canaryStack";
import { die, rightBefore, runController, WeighCommand } from "./interruptions";

/** The tests run in sequence on one stack: each leaves prod with the old release, and no canary under way. */
describe("a canary of a StagedApi on the local cloud", function () {
  this.timeout(180_000);
  let canary: CanaryStack;
  before(async () => {
    canary = await CanaryStack.start();
    await canary.stack.up({ WORD: "New" });
  });
  after(() => canary?.close());
  afterEach(async () => {
    canary.stack.cloud.faults.clear();
    await canary.setLatency("OK");
    expect(await canary.prod()).to.equal("1");
    expect(await canary.ruleState()).to.equal("DISABLED");
  });

  const controlHere = (): Promise<void> => runController(canary);

  it("is started by one of several commands at once; the others change nothing and say so", async () => {
    const lines = [10, 20, 30].map((percent) => `promote greeting --canary ${percent}`);
    const ran = await Promise.all(lines.map((line) => canary.stack.commands.run(line)));
    const failed = ran.flatMap(({ error }) => error ?? []);
    expect(failed.length).to.be.within(0, 2);
    for (const error of failed)
      expect(error).to.match(
        /^Somebody else moved prod of 'greeting' at the same time; nothing was changed\./,
      );
    const { Description = "" } = await canary.alias();
    const { percent } = JSON.parse(Description) as { percent: number };
    expect(await canary.prod()).to.match(new RegExp(`:${percent / 100}\\}$`));
    await canary.run("promote greeting --abort");
    await canary.minutes(2);
  });

  it("is refused, or not changed, when somebody moves the alias at that very moment", async () => {
    const mine = (): Promise<void> => canary.changeAlias({ Description: "mine" });
    const refused = (line: string) => async (): Promise<void> => {
      expect(await canary.refused(line)).to.match(
        /^Somebody else moved prod .*; nothing was changed\./,
      );
    };
    const first = refused("promote greeting --canary 10");
    await rightBefore(LambdaClient.prototype, UpdateAliasCommand, mine, first);
    expect(await canary.prod()).to.equal("1");
    await canary.run("promote greeting --canary 10");
    const again = refused("promote greeting --canary 20");
    await rightBefore(LambdaClient.prototype, UpdateAliasCommand, mine, again);
    expect(await canary.prod()).to.match(/:0\.1\}$/);
    await canary.changeAlias({ RoutingConfig: { AdditionalVersionWeights: {} } });

    await canary.run("promote greeting --canary 10");
    await canary.setLatency("ALARM");
    await rightBefore(LambdaClient.prototype, UpdateAliasCommand, mine, controlHere);
    expect(await canary.prod()).to.match(/:0\.1\}$/);
    expect((await canary.alias()).Description).to.equal("mine");
    await canary.changeAlias({ RoutingConfig: { AdditionalVersionWeights: {} } });
    await canary.minutes(2);
  });

  it("is started, changed, aborted and finished although Lambda's answer is lost", async () => {
    for (const line of ["--canary 10", "--canary 20", "--abort", "--canary 10", "--finish"]) {
      const lost = { service: "lambda", operation: "UpdateAlias", kind: "connectionLostAfter" };
      canary.stack.cloud.faults.add(lost as FaultRule);
      await canary.run(`promote greeting ${line}`);
    }
    await canary.minutes(2);
    await canary.run("rollback greeting");
  });

  it("is watched even if its controller was about to stop when it began", async () => {
    const begin = async (): Promise<void> =>
      void (await canary.run("promote greeting --canary 10"));
    await rightBefore(EventBridgeClient.prototype, DisableRuleCommand, begin, controlHere);
    expect(await canary.ruleState()).to.equal("ENABLED");

    // If that run was killed before its second check, the next one corrects it: Lambda tries each event twice.
    const Name = canary.stack.output("EventRule::greeting-canary", "name");
    await canary.clients.events.send(new DisableRuleCommand({ Name }));
    await controlHere();
    expect(await canary.ruleState()).to.equal("ENABLED");
    await canary.run("promote greeting --abort");
    await canary.minutes(2);
  });

  it("is watched even if its controller ran while it was being started, and the command died then", async () => {
    const start = async (): Promise<void> =>
      void (await canary.stack.commands.run("promote greeting --canary 10 --for 1d"));
    const started = (): Promise<void> =>
      rightBefore(LambdaClient.prototype, WeighCommand, controlHere, start);
    // A controller in this process uses this computer's clock.
    const { now } = canary.stack.commands;
    canary.stack.commands.now = () => new Date();
    await rightBefore(SSMClient.prototype, PutParameterCommand, die, started);
    canary.stack.commands.now = now;
    expect(await canary.prod()).to.match(/:0\.1\}$/);
    expect(await canary.ruleState()).to.equal("ENABLED");
    await canary.minutes(2);
    expect((await canary.history()).at(-2)).to.match(/canary started +\d+, 10 %$/);
    expect(await canary.ruleState()).to.equal("ENABLED");
    await canary.run("promote greeting --abort");
    await canary.minutes(2);
  });

  it("has neither controller nor weight when the command died before it began", async () => {
    for (const [client, kind] of [
      [EventBridgeClient.prototype, EnableRuleCommand],
      [LambdaClient.prototype, WeighCommand],
    ] as const) {
      const start = async (): Promise<void> =>
        void (await canary.refused("promote greeting --canary 10"));
      await rightBefore(client, kind, die, start);
      expect(await canary.prod()).to.equal("1");
      await canary.minutes(3);
      expect(await canary.ruleState()).to.equal("DISABLED");
    }
  });

  it("does not begin when its command was so slow that the controller gave it up", async () => {
    const wait = async (): Promise<void> => {
      await canary.minutes(3);
      expect(await canary.ruleState()).to.equal("DISABLED");
    };
    await rightBefore(LambdaClient.prototype, WeighCommand, wait, async () => {
      expect(await canary.refused("promote greeting --canary 10")).to.contain(
        "nothing was changed",
      );
    });
    expect(await canary.prod()).to.equal("1");
    await canary.minutes(2);
  });

  it("continues when finishing it fails half-way", async () => {
    await canary.run("promote greeting --canary 10");
    const before = await canary.prod();
    canary.stack.cloud.faults.add({
      service: "api-gateway",
      operation: "UpdateStage",
      kind: "accessDenied",
    });
    // Its controller, which runs in between, does not treat it as ended either.
    await rightBefore(APIGatewayClient.prototype, UpdateStageCommand, controlHere, async () => {
      expect(await canary.refused("promote greeting --finish")).to.contain("prod is as it was");
    });
    expect(await canary.ruleState()).to.equal("ENABLED");
    expect(await canary.prod()).to.equal(before);
    await canary.minutes(2);
    expect(await canary.prod()).to.equal(before);
    expect(await canary.ruleState()).to.equal("ENABLED");
    await canary.run("promote greeting --abort");
    await canary.minutes(2);
  });
});
