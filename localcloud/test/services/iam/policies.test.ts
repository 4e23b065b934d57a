import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { ACCOUNT, LAMBDA_TRUST, TestAccount, allow, policy, refusal } from "./account";

describe("IAM managed policies", () => {
  let account: TestAccount;
  const create = async (PolicyName: string, more: object = {}): Promise<string> => {
    const document = policy(allow("s3:GetObject"));
    const { Policy: made } = await account.iam.send(
      new CreatePolicyCommand({ PolicyName, PolicyDocument: document, ...more }),
    );
    return made?.Arn ?? "";
  };

  before(async () => {
    account = await TestAccount.start();
  });
  after(() => account.close());

  it("creates a policy whose first version is the default", async () => {
    const arn = await create("first", { Path: "/team/", Description: "reads" });
    expect(arn).to.equal(`arn:aws:iam::${ACCOUNT}:policy/team/first`);
    const { Policy: made } = await account.iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    expect(made).to.include({
      DefaultVersionId: "v1",
      AttachmentCount: 0,
      IsAttachable: true,
      Description: "reads",
    });
    expect(made?.PolicyId).to.match(/^ANPA[A-Z2-7]{17}$/);
    const { PolicyVersion: version } = await account.iam.send(
      new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: "v1" }),
    );
    expect(decodeURIComponent(version?.Document ?? "")).to.equal(policy(allow("s3:GetObject")));
  });

  it("refuses a second policy of the same name, an invalid document and one that is too long", async () => {
    await create("again");
    const twice = await refusal(
      create("again", { Path: "/other/" }),
      "EntityAlreadyExistsException",
    );
    expect(twice.message).to.equal(
      "A policy called again already exists. Duplicate names are not allowed.",
    );
    const invalid = await refusal(
      create("invalid", { PolicyDocument: "{}" }),
      "MalformedPolicyDocumentException",
    );
    expect(invalid.message).to.equal("Syntax errors in policy.");
    const long = policy({ ...allow("s3:*"), Sid: "x".repeat(6144) });
    const size = await refusal(create("long", { PolicyDocument: long }), "LimitExceededException");
    expect(size.message).to.equal("Cannot exceed quota for PolicySize: 6144");
  });

  it("keeps at most five versions and never uses a version id again", async () => {
    const arn = await create("versions");
    const next = (SetAsDefault = false): Promise<{ PolicyVersion?: { VersionId?: string } }> =>
      account.iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: arn,
          PolicyDocument: policy(allow("s3:*")),
          SetAsDefault,
        }),
      );
    for (const id of ["v2", "v3", "v4", "v5"])
      expect((await next()).PolicyVersion?.VersionId).to.equal(id);
    const full = await refusal(next(), "LimitExceededException");
    expect(full.message).to.match(/^A managed policy can have up to 5 versions\./);
    const used = await refusal(
      account.iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: "v1" })),
      "DeleteConflictException",
    );
    expect(used.message).to.equal("Cannot delete the default version of a policy.");
    await account.iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId: "v3" }));
    await account.iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: "v5" }));
    expect((await next(true)).PolicyVersion?.VersionId).to.equal("v6");
    const { Versions: versions } = await account.iam.send(
      new ListPolicyVersionsCommand({ PolicyArn: arn }),
    );
    expect(
      versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
    ).to.deep.equal([
      ["v6", true],
      ["v4", false],
      ["v3", false],
      ["v2", false],
      ["v1", false],
    ]);
  });

  it("refuses to delete a policy that is attached or has versions", async () => {
    const arn = await create("deleted");
    await account.iam.send(
      new CreateRoleCommand({ RoleName: "holder", AssumeRolePolicyDocument: LAMBDA_TRUST }),
    );
    await account.iam.send(new AttachRolePolicyCommand({ RoleName: "holder", PolicyArn: arn }));
    const remove = (): Promise<unknown> =>
      account.iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
    const attached = await refusal(remove(), "DeleteConflictException");
    expect(attached.message).to.equal("Cannot delete a policy attached to entities.");
    await account.iam.send(new DetachRolePolicyCommand({ RoleName: "holder", PolicyArn: arn }));
    await account.iam.send(
      new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: policy(allow("s3:*")) }),
    );
    const versions = await refusal(remove(), "DeleteConflictException");
    expect(versions.message).to.match(/^This policy has more than one version\./);
    await account.iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: "v2" }));
    await remove();
    const gone = await refusal(
      account.iam.send(new GetPolicyCommand({ PolicyArn: arn })),
      "NoSuchEntityException",
    );
    expect(gone.message).to.equal(`Policy ${arn} was not found.`);
  });

  it("lists by scope and use", async () => {
    const arn = await create("listed");
    await account.iam.send(
      new CreateRoleCommand({ RoleName: "lister", AssumeRolePolicyDocument: LAMBDA_TRUST }),
    );
    await account.iam.send(new AttachRolePolicyCommand({ RoleName: "lister", PolicyArn: arn }));
    const list = async (input: ListPoliciesCommand["input"]): Promise<(string | undefined)[]> =>
      ((await account.iam.send(new ListPoliciesCommand(input))).Policies ?? []).map(
        (found) => found.Arn,
      );
    expect(await list({ Scope: "Local", OnlyAttached: true })).to.deep.equal([arn]);
    const aws = await list({ Scope: "AWS" });
    expect(aws).to.include("arn:aws:iam::aws:policy/AdministratorAccess");
    expect(aws.every((found) => found?.startsWith("arn:aws:iam::aws:policy/"))).to.equal(true);
  });

  it("shows AWS managed policies and refuses to change them", async () => {
    const arn = "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess";
    const { Policy: found } = await account.iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const { PolicyVersion: version } = await account.iam.send(
      new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: found?.DefaultVersionId }),
    );
    expect(decodeURIComponent(version?.Document ?? "")).to.contain("xray:PutTraceSegments");
    await refusal(account.iam.send(new DeletePolicyCommand({ PolicyArn: arn })), "AccessDenied");
  });

  it("tags and untags", async () => {
    const arn = await create("tagged", { Tags: [{ Key: "a", Value: "1" }] });
    await account.iam.send(
      new TagPolicyCommand({ PolicyArn: arn, Tags: [{ Key: "b", Value: "2" }] }),
    );
    await account.iam.send(new UntagPolicyCommand({ PolicyArn: arn, TagKeys: ["a"] }));
    const { Tags: tags } = await account.iam.send(new ListPolicyTagsCommand({ PolicyArn: arn }));
    expect(tags).to.deep.equal([{ Key: "b", Value: "2" }]);
  });
});
