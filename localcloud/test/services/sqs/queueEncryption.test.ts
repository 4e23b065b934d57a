import { expect } from "chai";
import { rootPrincipal, servicePrincipal, type Principal } from "../../../core/principal";
import { arnOf, startSqs, type SqsHarness } from "./harness";

const ACCOUNT = "123456789012";
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:topic`;

describe("SQS queues under a KMS key", () => {
  let h: SqsHarness;
  beforeEach(async () => {
    h = await startSqs();
  });
  afterEach(() => h.close());

  const root = rootPrincipal(ACCOUNT);
  const sns = servicePrincipal("sns.amazonaws.com", TOPIC);

  const call = <Output>(
    service: string,
    operation: string,
    input: object,
    principal: Principal = root,
  ): Promise<Output> => h.cloud.call<Output>({ service, operation, input, principal });

  const kmsCalls = (): string[] =>
    h.cloud.recorder
      .find({ service: "kms" })
      .map(({ operation }) => operation)
      .filter((operation) => ["GenerateDataKey", "Decrypt"].includes(operation));

  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: arnOf("orders"),
      },
    ],
  });

  it("generate and decrypt a data key once per caller and reuse period", async () => {
    const QueueUrl = await h.queue("orders", {
      KmsMasterKeyId: "alias/aws/sqs",
      KmsDataKeyReusePeriodSeconds: "60",
    });
    const send = () => call("sqs", "SendMessage", { QueueUrl, MessageBody: "x" });
    await send();
    await send();
    expect(kmsCalls()).to.deep.equal(["GenerateDataKey", "Decrypt"]);
    await h.advanceSeconds(60);
    await send();
    expect(kmsCalls()).to.have.length(4);
    expect(await h.receive(QueueUrl)).to.have.length(1);
    expect(kmsCalls()).to.have.length(5);
  });

  it("refuse a service that the AWS managed key does not allow", async () => {
    const QueueUrl = await h.queue("orders", { KmsMasterKeyId: "alias/aws/sqs", Policy: policy });
    const sent = await call("sqs", "SendMessage", { QueueUrl, MessageBody: "x" }, sns).catch(
      (error: unknown) => error,
    );
    expect(sent).to.have.property("code", "KmsAccessDenied");
    expect(await h.receive(QueueUrl)).to.deep.equal([]);
  });

  it("allow a service that the customer managed key allows", async () => {
    const allowSns = {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
    };
    const allowOwner = {
      Effect: "Allow",
      Principal: { AWS: root.arn },
      Action: "kms:*",
      Resource: "*",
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allowOwner, allowSns] });
    const { KeyMetadata } = await call<{ KeyMetadata: { KeyId: string } }>("kms", "CreateKey", {
      Policy,
    });
    const QueueUrl = await h.queue("orders", { KmsMasterKeyId: KeyMetadata.KeyId, Policy: policy });
    await call("sqs", "SendMessage", { QueueUrl, MessageBody: "x" }, sns);
    expect(await h.receive(QueueUrl)).to.have.length(1);
  });

  it("do not work with a key that does not exist", async () => {
    const QueueUrl = await h.queue("orders", { KmsMasterKeyId: "alias/missing" });
    const sent = await call("sqs", "SendMessage", { QueueUrl, MessageBody: "x" }).catch(
      (error: unknown) => error,
    );
    expect(sent).to.have.property("code", "KmsNotFound");
  });
});
