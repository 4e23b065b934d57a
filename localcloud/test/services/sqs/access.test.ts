import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { Principal } from "../../../core/principal";
import { servicePrincipal } from "../../../core/principal";
import { arnOf, startSqs, type SqsHarness } from "./harness";

describe("SQS permissions", () => {
  let h: SqsHarness;
  let QueueUrl: string;
  beforeEach(async () => {
    h = await startSqs();
    QueueUrl = await h.queue("orders");
  });
  afterEach(() => h.close());

  const send = (principal: Principal): Promise<unknown> =>
    h.cloud.call({
      service: "sqs",
      operation: "SendMessageBatch",
      input: { QueueUrl, Entries: [{ Id: "a", MessageBody: "x" }] },
      principal,
    });

  it("check a batch as the action of one entry on the queue's ARN", async () => {
    await send({ type: "root", accountId: "123456789012", arn: "arn:aws:iam::123456789012:root" });
    const [call] = h.cloud.recorder.find({ service: "sqs", operation: "SendMessageBatch" });
    expect(call.checks).to.deep.equal([{ action: "sqs:SendMessage", resource: arnOf("orders") }]);
  });

  it("allow a service by the queue's policy, for the source that it names", async () => {
    const topic = "arn:aws:sns:us-east-1:123456789012:topic";
    const sns = servicePrincipal("sns.amazonaws.com", topic, "123456789012");
    const denied = await send(sns).catch((error: unknown) => error);
    expect(denied).to.have.property("code", "AccessDenied");
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: arnOf("orders"),
          Condition: { ArnEquals: { "aws:SourceArn": topic } },
        },
      ],
    });
    await h.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await send(sns);
    expect(await h.receive(QueueUrl)).to.have.length(1);
    const other = servicePrincipal("sns.amazonaws.com", `${topic}2`, "123456789012");
    const refused = await send(other).catch((error: unknown) => error);
    expect(refused).to.have.property("code", "AccessDenied");
  });
});
