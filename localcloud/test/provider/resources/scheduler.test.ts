import { SchedulerClient, TagResourceCommand } from "@aws-sdk/client-scheduler";
import { client } from "../../../provider/clients";
import { describeLifecycle, type ProviderBench } from "../../support/resourceLifecycle";

const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:q";
const assumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "scheduler.amazonaws.com" },
    },
  ],
});
const target = { arn: QUEUE, roleArn: "arn:aws:iam::123456789012:role/scheduled" };

async function makeRole(bench: ProviderBench): Promise<void> {
  await bench.make("aws:iam/role:Role", { name: "scheduled", assumeRolePolicy });
}

describeLifecycle({
  type: "aws:scheduler/schedule:Schedule",
  async inputs(bench) {
    await makeRole(bench);
    return { flexibleTimeWindow: { mode: "OFF" }, scheduleExpression: "rate(5 minutes)", target };
  },
  updates: [
    { description: "x" },
    { flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 5 } },
    { startDate: "2090-01-01T00:00:00Z", scheduleExpressionTimezone: "Europe/Madrid" },
    { state: "DISABLED" },
    {
      target: {
        ...target,
        retryPolicy: { maximumEventAgeInSeconds: 600, maximumRetryAttempts: 3 },
        deadLetterConfig: { arn: `${QUEUE}-dead` },
      },
    },
    {
      target: {
        ...target,
        arn: "arn:aws:events:eu-central-1:123456789012:event-bus/default",
        eventbridgeParameters: { source: "my.app", detailType: "Tick" },
      },
    },
  ],
  replaces: [{ name: "other" }, { groupName: "g2" }],
});

describeLifecycle({
  type: "aws:scheduler/scheduleGroup:ScheduleGroup",
  inputs: () => ({ tags: { a: "1" } }),
  updates: [{ tags: { b: "2" } }, { tags: undefined }],
  replaces: [{ name: "other" }],
  drift: {
    make: ({ context }, { outputs }) =>
      client(SchedulerClient, context).send(
        new TagResourceCommand({
          ResourceArn: String(outputs.arn),
          Tags: [{ Key: "who", Value: "me" }],
        }),
      ),
    expected: ["tags"],
  },
});
