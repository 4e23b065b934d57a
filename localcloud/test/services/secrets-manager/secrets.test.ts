import * as sdk from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { rootPrincipal } from "../../../core/principal";
import { ROOT_CREDENTIALS } from "../../../engine/session";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";

const DAY_MS = 86_400_000;
const TOKEN = "00000000-0000-4000-8000-00000000000";

describe("Secrets Manager", () => {
  let cloud: Cloud;
  let client: sdk.SecretsManagerClient;
  let number = 0;

  before(async () => {
    cloud = await startCloud({ clock: "manual" });
    client = connect(ROOT_CREDENTIALS);
  });
  after(async () => {
    client.destroy();
    await cloud.close();
  });

  function connect(
    credentials: sdk.SecretsManagerClientConfig["credentials"],
  ): sdk.SecretsManagerClient {
    const { endpoint } = cloud;
    return new sdk.SecretsManagerClient({
      endpoint,
      region: "us-east-1",
      credentials,
      maxAttempts: 1,
    });
  }

  /** Creates a secret for one test with the value `one`. */
  async function create(
    more: Partial<sdk.CreateSecretRequest> = {},
  ): Promise<{ Name: string; ARN: string }> {
    number += 1;
    const Name = `team/secret-${number}`;
    const command = new sdk.CreateSecretCommand({ Name, SecretString: "one", ...more });
    const { ARN = "" } = await client.send(command);
    return { Name, ARN };
  }

  const valueOf = async (SecretId: string, more: object = {}): Promise<string | undefined> =>
    (await client.send(new sdk.GetSecretValueCommand({ SecretId, ...more }))).SecretString;
  const put = async (SecretId: string, SecretString: string, more: object = {}): Promise<string> =>
    (await client.send(new sdk.PutSecretValueCommand({ SecretId, SecretString, ...more })))
      .VersionId ?? "";

  it("reads a secret by name, by ARN and by an ARN without its six characters", async () => {
    const { Name, ARN } = await create();
    expect(ARN).to.match(
      /^arn:aws:secretsmanager:us-east-1:123456789012:secret:team\/secret-\d+-\w{6}$/,
    );
    for (const id of [Name, ARN, ARN.slice(0, -7)]) expect(await valueOf(id)).to.equal("one");
    await expectAwsError(
      valueOf(ARN.replace(/.$/, "_")),
      "ResourceNotFoundException",
      "Secrets Manager can't find the specified secret.",
    );
  });

  it("keeps bytes as bytes", async () => {
    const { Name } = await create({ SecretString: undefined, SecretBinary: Buffer.from([0, 255]) });
    const answer = await client.send(new sdk.GetSecretValueCommand({ SecretId: Name }));
    expect([...(answer.SecretBinary ?? [])]).to.deep.equal([0, 255]);
    expect(answer.SecretString).to.equal(undefined);
  });

  it("moves AWSCURRENT to the new version and leaves AWSPREVIOUS on the one before", async () => {
    const { Name } = await create();
    const second = await put(Name, "two");
    await put(Name, "three");
    expect(await valueOf(Name)).to.equal("three");
    expect(await valueOf(Name, { VersionStage: "AWSPREVIOUS" })).to.equal("two");
    expect(await valueOf(Name, { VersionId: second })).to.equal("two");
    const { Versions } = await client.send(new sdk.ListSecretVersionIdsCommand({ SecretId: Name }));
    expect(Versions?.flatMap((one) => one.VersionStages)).to.have.members([
      "AWSCURRENT",
      "AWSPREVIOUS",
    ]);
    const all = new sdk.ListSecretVersionIdsCommand({ SecretId: Name, IncludeDeprecated: true });
    expect((await client.send(all)).Versions).to.have.length(3);
  });

  it("creates one version for the same value and token, and refuses another value with that token", async () => {
    const { Name } = await create();
    const token = { ClientRequestToken: `${TOKEN}1` };
    expect(await put(Name, "two", token)).to.equal(`${TOKEN}1`);
    expect(await put(Name, "two", token)).to.equal(`${TOKEN}1`);
    await expectAwsError(put(Name, "other", token), "ResourceExistsException");
  });

  it("moves labels by UpdateSecretVersionStage, only from the version that is named", async () => {
    const { Name } = await create();
    const pending = await put(Name, "two", { VersionStages: ["AWSPENDING"] });
    expect(await valueOf(Name)).to.equal("one");
    const { VersionIdsToStages = {} } = await client.send(
      new sdk.DescribeSecretCommand({ SecretId: Name }),
    );
    const [first] = Object.keys(VersionIdsToStages).filter((id) => id !== pending);
    const move = (RemoveFromVersionId?: string): Promise<unknown> =>
      client.send(
        new sdk.UpdateSecretVersionStageCommand({
          SecretId: Name,
          VersionStage: "AWSCURRENT",
          MoveToVersionId: pending,
          RemoveFromVersionId,
        }),
      );
    await expectAwsError(
      move(),
      "InvalidParameterException",
      "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version " +
        `${first}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
    await move(first);
    expect(await valueOf(Name)).to.equal("two");
    expect(await valueOf(Name, { VersionStage: "AWSPREVIOUS" })).to.equal("one");
  });

  it("deletes a secret after its recovery window, and restores it until then", async () => {
    const { Name } = await create();
    const remove = (more: object = {}): Promise<sdk.DeleteSecretResponse> =>
      client.send(new sdk.DeleteSecretCommand({ SecretId: Name, ...more }));
    const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 });
    expect(DeletionDate?.getTime()).to.be.closeTo(cloud.clock.now() + 7 * DAY_MS, 60_000);
    await expectAwsError(
      valueOf(Name),
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
    await expectAwsError(
      client.send(new sdk.CreateSecretCommand({ Name })),
      "InvalidRequestException",
    );
    await client.send(new sdk.RestoreSecretCommand({ SecretId: Name }));
    expect(await valueOf(Name)).to.equal("one");
    await cloud.clock.advance(8 * DAY_MS);
    expect(await valueOf(Name)).to.equal("one");
    await remove();
    await cloud.clock.advance(30 * DAY_MS);
    await expectAwsError(valueOf(Name), "ResourceNotFoundException");
  });

  it("deletes immediately by force, and creates a secret of the same name with another ARN", async () => {
    const { Name, ARN } = await create();
    const force = { SecretId: Name, ForceDeleteWithoutRecovery: true };
    await client.send(new sdk.DeleteSecretCommand(force));
    const again = await client.send(new sdk.CreateSecretCommand({ Name, SecretString: "new" }));
    expect(again.ARN).to.not.equal(ARN);
    expect(await valueOf(Name)).to.equal("new");
  });

  const refusals: [what: string, send: (Name: string) => Promise<unknown>, message: RegExp][] = [
    [
      "a second secret of the name",
      (Name) => client.send(new sdk.CreateSecretCommand({ Name, SecretString: "other" })),
      /^The operation failed because the secret team\/secret-\d+ already exists\.$/,
    ],
    [
      "a window of 6 days",
      (SecretId) => client.send(new sdk.DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 6 })),
      /^The RecoveryWindowInDays value must be between 7 and 30 days \(inclusive\)\.$/,
    ],
    [
      "a window together with force",
      (SecretId) =>
        client.send(
          new sdk.DeleteSecretCommand({
            SecretId,
            RecoveryWindowInDays: 7,
            ForceDeleteWithoutRecovery: true,
          }),
        ),
      /^You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays\.$/,
    ],
    [
      "a version without a value",
      (SecretId) => client.send(new sdk.PutSecretValueCommand({ SecretId })),
      /^You must provide either SecretString or SecretBinary\.$/,
    ],
    [
      "to leave no version current",
      async (SecretId) => {
        const RemoveFromVersionId = (await client.send(new sdk.GetSecretValueCommand({ SecretId })))
          .VersionId;
        return client.send(
          new sdk.UpdateSecretVersionStageCommand({
            SecretId,
            VersionStage: "AWSCURRENT",
            RemoveFromVersionId,
          }),
        );
      },
      /^You can only move staging label AWSCURRENT to a different secret version\. It can\u2019t be completely removed\.$/,
    ],
    [
      "a label that no version has",
      (SecretId) => valueOf(SecretId, { VersionStage: "AWSPENDING" }),
      /^Secrets Manager can't find the specified secret value for staging label: AWSPENDING$/,
    ],
    [
      "a name with a blank",
      () => create({ Name: "team secret" }),
      /^Invalid name\. Must be a valid name containing alphanumeric characters, or any of the following: -\/_\+=\.@!$/,
    ],
    [
      "a misspelt filter",
      () => client.send(new sdk.ListSecretsCommand({ Filters: [{ Key: "nmae" as "name" }] })),
      /^1 validation error detected: Value 'nmae' at 'filters\.1\.member\.key' failed to satisfy constraint: Member must satisfy enum value set: \[/,
    ],
    [
      "replicas, loudly",
      () =>
        client.send(
          new sdk.CreateSecretCommand({ Name: "r", AddReplicaRegions: [{ Region: "eu-west-1" }] }),
        ),
      /^The local cloud does not implement secretsmanager:CreateSecret with AddReplicaRegions\./,
    ],
  ];
  for (const [what, send, message] of refusals)
    it(`refuses ${what}`, async () => {
      const { Name } = await create();
      const error = await send(Name).then(
        () => new Error("nothing was refused"),
        (reason: Error) => reason,
      );
      expect(error.message).to.match(message);
    });

  it("pages and filters the list", async () => {
    await create({ Name: "red/a", Tags: [{ Key: "team", Value: "red" }] });
    await create({ Name: "red/b" });
    const names: (string | undefined)[] = [];
    const filters = { Filters: [{ Key: "name" as const, Values: ["red/"] }], MaxResults: 1 };
    for await (const page of sdk.paginateListSecrets({ client }, filters))
      names.push(...(page.SecretList ?? []).map((one) => one.Name));
    expect(names).to.deep.equal(["red/a", "red/b"]);
    const byTag = await client.send(
      new sdk.ListSecretsCommand({ Filters: [{ Key: "tag-value", Values: ["red"] }] }),
    );
    expect(byTag.SecretList?.map((one) => one.Name)).to.deep.equal(["red/a"]);
  });

  it("generates passwords of the given length with each kind of character", async () => {
    const command = new sdk.GetRandomPasswordCommand({
      PasswordLength: 8,
      ExcludePunctuation: true,
    });
    for (let i = 0; i < 20; i += 1) {
      const { RandomPassword = "" } = await client.send(command);
      expect(RandomPassword).to.match(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[a-zA-Z\d]{8}$/);
    }
  });

  describe("to a role", () => {
    const reader = async (statements: readonly object[]): Promise<sdk.SecretsManagerClient> =>
      connect(await roleSession(cloud, `reader-${(number += 1)}`, statements));

    it("returns the value only if IAM allows it on the ARN", async () => {
      const { Name, ARN } = await create();
      const { Name: other } = await create();
      const one = await reader([
        { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: ARN },
      ]);
      const read = (SecretId: string): Promise<unknown> =>
        one.send(new sdk.GetSecretValueCommand({ SecretId }));
      await read(Name);
      await expectAwsError(read(other), "AccessDeniedException");
      one.destroy();
    });

    it("requires permission to decrypt with a customer managed key", async () => {
      const key = (await cloud.call({
        service: "kms",
        operation: "CreateKey",
        input: {},
        principal: rootPrincipal("123456789012"),
      })) as { KeyMetadata: { Arn: string } };
      const { Name, ARN } = await create({ KmsKeyId: key.KeyMetadata.Arn });
      const allow = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: ARN };
      const without = await reader([allow]);
      const command = new sdk.GetSecretValueCommand({ SecretId: Name });
      await expectAwsError(
        without.send(command),
        "AccessDeniedException",
        "Access to KMS is not allowed",
      );
      const decrypt = { Effect: "Allow", Action: "kms:Decrypt", Resource: key.KeyMetadata.Arn };
      const withKey = await reader([allow, decrypt]);
      expect((await withKey.send(command)).SecretString).to.equal("one");
      without.destroy();
      withKey.destroy();
    });

    it("is denied by the secret's own policy, which may not allow everyone", async () => {
      const { Name } = await create();
      const policy = (Effect: string, Principal: unknown): string =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect, Principal, Action: "secretsmanager:GetSecretValue", Resource: "*" },
          ],
        });
      const setPolicy = (ResourcePolicy: string): Promise<unknown> =>
        client.send(
          new sdk.PutResourcePolicyCommand({
            SecretId: Name,
            ResourcePolicy,
            BlockPublicPolicy: true,
          }),
        );
      await expectAwsError(setPolicy(policy("Allow", "*")), "PublicPolicyException");
      await expectAwsError(setPolicy("{"), "MalformedPolicyDocumentException");
      const one = await reader([
        { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" },
      ]);
      const command = new sdk.GetSecretValueCommand({ SecretId: Name });
      await one.send(command);
      await setPolicy(policy("Deny", "*"));
      await expectAwsError(one.send(command), "AccessDeniedException");
      one.destroy();
    });
  });

  it("omits values from recorded calls", async () => {
    const { Name } = await create({ SecretString: "hunter2" });
    await put(Name, "hunter3");
    const records = JSON.stringify(cloud.recorder.find());
    expect(records).to.include(Name);
    expect(records).to.not.match(/hunter/);
  });
});
