import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../../cloud/cloud";
import { ROOT_CREDENTIALS } from "../../../engine/session";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";

const GROUP = "/aws/lambda/hello";
const ARN = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}`;

describe("The key of a log group", () => {
  let cloud: Cloud;
  let logs: CloudWatchLogsClient;
  let kms: KMSClient;
  let key: string;

  beforeEach(async () => {
    cloud = await startCloud({ clock: "manual" });
    const settings = { endpoint: cloud.endpoint, region: "us-east-1", maxAttempts: 1 };
    logs = new CloudWatchLogsClient({ ...settings, credentials: ROOT_CREDENTIALS });
    kms = new KMSClient({ ...settings, credentials: ROOT_CREDENTIALS });
    key = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  });
  afterEach(async () => {
    logs.destroy();
    kms.destroy();
    await cloud.close();
  });

  /** Puts the key policy of the user guide: CloudWatch Logs may use the key, only for this group. */
  function allow(context = ARN): Promise<unknown> {
    const allowed = { Effect: "Allow", Resource: "*" };
    const owner = {
      ...allowed,
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Action: "kms:*",
    };
    const service = {
      ...allowed,
      Principal: { Service: "logs.us-east-1.amazonaws.com" },
      Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": context } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [owner, service] });
    return kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy }));
  }
  const create = (kmsKeyId?: string): Promise<unknown> =>
    logs.send(new CreateLogGroupCommand({ logGroupName: GROUP, kmsKeyId }));
  const associate = (kmsKeyId = key, target: object = { logGroupName: GROUP }): Promise<unknown> =>
    logs.send(new AssociateKmsKeyCommand({ ...target, kmsKeyId }));
  async function known(): Promise<string | undefined> {
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
    return logGroups?.[0]?.kmsKeyId;
  }

  it("is associated and disassociated, by the group's name or its ARN", async () => {
    await allow();
    await create();
    await associate();
    expect(await known()).to.equal(key);
    await logs.send(new DisassociateKmsKeyCommand({ logGroupName: GROUP }));
    expect(await known()).to.equal(undefined);
    await associate(key, { resourceIdentifier: ARN });
    expect(await known()).to.equal(key);
    await logs.send(new DisassociateKmsKeyCommand({ resourceIdentifier: ARN }));
    expect(await known()).to.equal(undefined);
  });

  it("must allow CloudWatch Logs to use it for this group, also at the group's creation", async () => {
    const denied = `The specified KMS key does not exist or is not allowed to be used with Arn '${ARN}'`;
    await expectAwsError(create(key), "AccessDeniedException", denied);
    await create();
    await expectAwsError(associate(), "AccessDeniedException", denied);
    await allow(`${ARN}-other`);
    await expectAwsError(associate(), "AccessDeniedException", denied);
    const missing = key.replace(/[^/]+$/, "00000000-0000-4000-8000-000000000000");
    await expectAwsError(associate(missing), "AccessDeniedException", denied);
    expect(await known()).to.equal(undefined);
    await allow();
    await associate();
    expect(await known()).to.equal(key);
  });

  it("must be the ARN of an enabled encryption key", async () => {
    await create();
    await expectAwsError(
      associate(key.split("/")[1]),
      "InvalidParameterException",
      `The specified KMS Key Id could not be found. '${GROUP}'`,
    );
    await allow();
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    await expectAwsError(associate(), "InvalidParameterException");
  });

  it("is for exactly one group, which exists", async () => {
    await allow();
    const both = { logGroupName: GROUP, resourceIdentifier: ARN };
    for (const target of [both, {}])
      await expectAwsError(associate(key, target), "InvalidParameterException");
    await expectAwsError(associate(), "ResourceNotFoundException");
    const results = "arn:aws:logs:us-east-1:123456789012:query-result:*";
    await expectAwsError(
      associate(key, { resourceIdentifier: results }),
      "InvalidParameterException",
      "The local cloud does not implement keys of query results.",
    );
  });

  it("can be changed only by callers with permission for the group", async () => {
    await allow();
    await create();
    const credentials = await roleSession(cloud, "keeper", [
      { Effect: "Allow", Action: "logs:AssociateKmsKey", Resource: `${ARN}:*` },
    ]);
    const { endpoint } = cloud;
    const keeper = new CloudWatchLogsClient({ endpoint, region: "us-east-1", credentials });
    await keeper.send(new AssociateKmsKeyCommand({ logGroupName: GROUP, kmsKeyId: key }));
    await expectAwsError(
      keeper.send(new DisassociateKmsKeyCommand({ logGroupName: GROUP })),
      "AccessDeniedException",
    );
    keeper.destroy();
  });
});
