import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import {
  type FaultCase,
  faultMatrix,
  formatFaultMatrix,
  MATRIX_FAULTS,
  roleOf,
} from "../../../localcloud/testing";
import { CanaryStack } from "./canaryStack";

/** In CI only the faults that lose or repeat something, and the one that never ends. */
const FAULTS = MATRIX_FAULTS.filter(
  (fault) =>
    process.env.FUZZ || ["connectionLostAfter", "killWorkerAfter", "accessDenied"].includes(fault),
);

/** Without these permissions nothing could stop a canary. */
const NEEDED = ["GetAlias", "UpdateAlias"];

describe("the controller of a canary under faults", function () {
  this.timeout(600_000);
  let canary: CanaryStack;
  before(async () => {
    canary = await CanaryStack.start();
    await canary.stack.up({ WORD: "New" });
  });
  after(() => canary?.close());

  const historyName = (): string => canary.stack.output("Parameter::greeting-history", "name");

  async function prepare(): Promise<void> {
    await canary.setLatency("OK");
    const weights = { AdditionalVersionWeights: {} };
    await canary.changeAlias({ RoutingConfig: weights, Description: "" });
    // An earlier case's leftovers are tried again, and the controller comes to rest.
    await canary.minutes(8);
    const history = { Name: historyName(), Value: "[]", Overwrite: true };
    await canary.clients.ssm.send(new PutParameterCommand(history));
    expect([await canary.prod(), await canary.ruleState()]).to.deep.equal(["1", "DISABLED"]);
  }

  /** A minute in which the canary is kept, and then an alarm. */
  async function run(): Promise<void> {
    await canary.run("promote greeting --canary 10");
    await canary.minutes(1);
    await canary.setLatency("ALARM");
  }

  async function isAlarming(): Promise<boolean> {
    const AlarmNames = [canary.stack.output("MetricAlarm::greeting-canary-errors", "name")];
    const { MetricAlarms = [] } = await canary.clients.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames }),
    );
    return MetricAlarms[0].StateValue === "ALARM";
  }

  /**
   * Stopped, recorded once and at rest. When a permission is missing the controller says so, and stops the canary
   * anyway.
   */
  async function check(fault: FaultCase | undefined): Promise<void> {
    const prod = await canary.prod();
    const happened = (await canary.notes()).map((entry) => entry.canary);
    const ended = [prod, await canary.ruleState(), ...happened];
    const lasts = fault?.fault === "accessDenied" || fault?.fault === "throttleForever";
    if (lasts && (await isAlarming())) {
      if (!NEEDED.includes(fault.call.operation)) expect(prod).to.equal("1");
      return;
    }
    expect(ended).to.deep.equal(["1", "DISABLED", "started", "stopped"]);
  }

  it("ends each canary once, and reports when it cannot", async () => {
    const report = await faultMatrix({
      cloud: canary.stack.cloud,
      roleName: roleOf(canary.stack.resources, "greeting-canary"),
      faults: FAULTS,
      prepare,
      run,
      settle: () => canary.minutes(6),
      check,
    });
    console.log(formatFaultMatrix(report));
  });
});
