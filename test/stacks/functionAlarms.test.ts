import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import * as path from "node:path";
import { type RunningProgram, startProgram } from "../../localcloud/testing";

const EXAMPLE = path.resolve(__dirname, "../../examples/function-alarms");

describe("FunctionAlarms, the deployed example", function () {
  this.timeout(180_000);
  let program: RunningProgram;
  before(async () => {
    program = await startProgram({ directory: EXAMPLE });
  });
  after(() => program?.close());

  /** Returns the state of the only alarm whose name has this prefix. */
  async function stateOf(AlarmNamePrefix: string): Promise<string | undefined> {
    const asked = new DescribeAlarmsCommand({ AlarmNamePrefix });
    const { MetricAlarms = [] } = await program.client(CloudWatchClient).send(asked);
    expect(MetricAlarms).to.have.length(1);
    return MetricAlarms[0].StateValue;
  }

  it("an error raises the alarm of its function, and quiet minutes end it", async () => {
    const { FunctionError } = await program.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: program.output("divideFunctionName"),
        Payload: Buffer.from(JSON.stringify({ a: 1, b: 0 })),
      }),
    );
    expect(FunctionError).to.equal("Unhandled");
    await program.cloud.clock.advance(120_000);
    expect(await stateOf("alarms-divide-errors")).to.equal("ALARM");
    await program.cloud.clock.advance(300_000);
    expect(await stateOf("alarms-divide-errors")).to.equal("OK");
  });
});
