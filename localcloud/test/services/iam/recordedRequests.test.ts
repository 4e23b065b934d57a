import {
  CreatePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  SetDefaultPolicyVersionCommand,
  TagRoleCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { ACCOUNT, LAMBDA_TRUST, TestAccount, allow, policy, refusal, trust } from "./account";

const NO_POLICY = `arn:aws:iam::${ACCOUNT}:policy/not-there`;
const TAG_TEXT = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+";

/**
 * Answers recorded from AWS:
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam_roles.snapshot.json
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam_policies.snapshot.json
 */
describe("IAM answers as recorded", () => {
  let account: TestAccount;
  before(async () => {
    account = await TestAccount.start();
    const RoleName = "recorded";
    await account.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: LAMBDA_TRUST }),
    );
  });
  after(() => account.close());

  const createPolicy = async (
    PolicyName: string,
    tags: Record<string, string>,
  ): Promise<string> => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const PolicyDocument = policy(allow("s3:GetObject"));
    const { Policy: made } = await account.iam.send(
      new CreatePolicyCommand({ PolicyName, PolicyDocument, Tags }),
    );
    return made?.Arn ?? "";
  };
  const tagsOf = async (PolicyArn: string): Promise<unknown> =>
    (await account.iam.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags;
  const tagRole = (...keys: string[]): Promise<unknown> =>
    account.iam.send(
      new TagRoleCommand({ RoleName: "recorded", Tags: keys.map((Key) => ({ Key, Value: "1" })) }),
    );

  for (const action of ["sts:InvalidAction", "sts:GetCallerIdentity"])
    it(`refuse ${action} in a trust policy`, async () => {
      const PolicyDocument = trust({ Service: "lambda.amazonaws.com" }, { Action: action });
      const error = await refusal(
        account.iam.send(
          new UpdateAssumeRolePolicyCommand({ RoleName: "recorded", PolicyDocument }),
        ),
        "MalformedPolicyDocumentException",
      );
      expect(error.message).to.equal("AssumeRole policy may only specify STS AssumeRole actions.");
    });

  it("accept the actions of sessions in a trust policy", async () => {
    const Action = ["AssumeRole", "TagSession", "SetSourceIdentity"].map((name) => `sts:${name}`);
    const PolicyDocument = trust({ AWS: ACCOUNT }, { Action });
    await account.iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: "recorded", PolicyDocument }),
    );
  });

  it("change nothing in an update of a role without settings", async () => {
    const update = { RoleName: "recorded", Description: "what it does", MaxSessionDuration: 7200 };
    await account.iam.send(new UpdateRoleCommand(update));
    await account.iam.send(new UpdateRoleCommand({ RoleName: "recorded" }));
    const { Role: role } = await account.iam.send(new GetRoleCommand({ RoleName: "recorded" }));
    expect(role).to.deep.include(update);
  });

  it("distinguish tag keys of policies by case, and list the tags even if there are none", async () => {
    const arn = await createPolicy("tagged", { a: "1", A: "2" });
    expect(await tagsOf(arn)).to.deep.equal([
      { Key: "A", Value: "2" },
      { Key: "a", Value: "1" },
    ]);
    await account.iam.send(new UntagPolicyCommand({ PolicyArn: arn, TagKeys: ["A"] }));
    expect(await tagsOf(arn)).to.deep.equal([{ Key: "a", Value: "1" }]);
    await account.iam.send(new UntagPolicyCommand({ PolicyArn: arn, TagKeys: ["a"] }));
    const { Policy: found } = await account.iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    expect(found?.Tags).to.deep.equal([]);
  });

  it("refuse one key twice, of a role regardless of case", async () => {
    const ofRole = await refusal(tagRole("a", "A"), "InvalidInputException");
    expect(ofRole.message).to.equal(
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
    const twice = [
      { Key: "a", Value: "1" },
      { Key: "a", Value: "2" },
    ];
    const ofPolicy = await refusal(
      account.iam.send(
        new CreatePolicyCommand({
          PolicyName: "twice",
          PolicyDocument: policy(allow("s3:*")),
          Tags: twice,
        }),
      ),
      "InvalidInputException",
    );
    expect(ofPolicy.message).to.equal("Duplicate tag keys found.");
  });

  it("do not show the value of an invalid tag or enum", async () => {
    const invalid = async (call: Promise<unknown>): Promise<string> =>
      (await refusal(call, "ValidationError")).message;
    const place = "1 validation error detected: Value at 'tags.1.member.key' failed to satisfy";
    expect(await invalid(tagRole("x".repeat(129)))).to.equal(
      `${place} constraint: Member must have length less than or equal to 128`,
    );
    expect(await invalid(tagRole("a?"))).to.equal(
      `${place} constraint: Member must satisfy regular expression pattern: ${TAG_TEXT}`,
    );
    const scope = "BOGUS" as never;
    expect(await invalid(account.iam.send(new ListPoliciesCommand({ Scope: scope })))).to.equal(
      "1 validation error detected: Value at 'scope' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [All, AWS, Local]",
    );
    const untag = new UntagRoleCommand({ RoleName: "recorded", TagKeys: ["x".repeat(129)] });
    expect(await invalid(account.iam.send(untag))).to.equal(
      "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy " +
        "constraint: [Member must have length less than or equal to 128, Member must have length greater than " +
        `or equal to 1, Member must satisfy regular expression pattern: ${TAG_TEXT}, Member must not be null]`,
    );
  });

  it("refuse what is no version of a policy", async () => {
    const arn = await createPolicy("versions", {});
    const calls = [
      account.iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: "one" })),
      account.iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId: "one" })),
    ];
    for (const call of calls)
      expect((await refusal(call, "ValidationError")).message).to.equal(
        "1 validation error detected: Value at 'versionId' failed to satisfy constraint: Member must satisfy " +
          "regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?",
      );
  });

  it("report a missing policy like a missing version", async () => {
    const input = { PolicyArn: NO_POLICY, VersionId: "v1" };
    const calls = [
      account.iam.send(new GetPolicyVersionCommand(input)),
      account.iam.send(new SetDefaultPolicyVersionCommand(input)),
    ];
    for (const call of calls)
      expect((await refusal(call, "NoSuchEntityException")).message).to.equal(
        `Policy ${NO_POLICY} version v1 does not exist or is not attachable.`,
      );
  });
});
