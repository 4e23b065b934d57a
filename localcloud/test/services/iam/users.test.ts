import {
  AddRoleToInstanceProfileCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetInstanceProfileCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { ACCOUNT, LAMBDA_TRUST, TestAccount, allow, policy, refusal, type Keys } from "./account";

describe("IAM users and instance profiles", () => {
  let account: TestAccount;

  before(async () => {
    account = await TestAccount.start();
  });
  after(() => account.close());

  async function user(name: string): Promise<Keys> {
    await account.iam.send(new CreateUserCommand({ UserName: name }));
    const { AccessKey: key } = await account.iam.send(
      new CreateAccessKeyCommand({ UserName: name }),
    );
    return { accessKeyId: key?.AccessKeyId ?? "", secretAccessKey: key?.SecretAccessKey ?? "" };
  }

  it("have keys that sign calls and policies that decide about them", async () => {
    const keys = await user("alice");
    expect(keys.accessKeyId).to.match(/^AKIA[A-Z2-7]{16}$/);
    const alice = account.iamAs(keys);
    const denied = await refusal(alice.send(new GetUserCommand({})), "AccessDenied");
    expect(denied.message).to.equal(
      `User: arn:aws:iam::${ACCOUNT}:user/alice is not authorized to perform: iam:GetUser ` +
        "on resource: user alice because no identity-based policy allows the iam:GetUser action",
    );
    expect(denied.$metadata?.httpStatusCode).to.equal(403);
    await account.iam.send(
      new PutUserPolicyCommand({
        UserName: "alice",
        PolicyName: "self",
        PolicyDocument: policy(allow("iam:GetUser", "arn:aws:iam::*:user/${aws:username}")),
      }),
    );
    expect((await alice.send(new GetUserCommand({}))).User?.UserName).to.equal("alice");
    await refusal(alice.send(new GetUserCommand({ UserName: "bob" })), "AccessDenied");
  });

  it("cannot sign with another secret", async () => {
    const keys = await user("careful");
    const forged = account.iamAs({ ...keys, secretAccessKey: "guessed" });
    await refusal(forged.send(new GetUserCommand({})), "SignatureDoesNotMatch");
  });

  it("have at most two keys, whose secret is shown once", async () => {
    const { accessKeyId } = await user("keys");
    await account.iam.send(new CreateAccessKeyCommand({ UserName: "keys" }));
    const third = await refusal(
      account.iam.send(new CreateAccessKeyCommand({ UserName: "keys" })),
      "LimitExceededException",
    );
    expect(third.message).to.equal("Cannot exceed quota for AccessKeysPerUser: 2");
    const { AccessKeyMetadata: listed } = await account.iam.send(
      new ListAccessKeysCommand({ UserName: "keys" }),
    );
    expect(listed).to.have.length(2);
    expect(listed?.some((key) => "SecretAccessKey" in key)).to.equal(false);
    await account.iam.send(
      new DeleteAccessKeyCommand({ UserName: "keys", AccessKeyId: accessKeyId }),
    );
    const gone = await refusal(
      account.iam.send(new DeleteAccessKeyCommand({ UserName: "keys", AccessKeyId: accessKeyId })),
      "NoSuchEntityException",
    );
    expect(gone.message).to.equal(`The Access Key with id ${accessKeyId} cannot be found.`);
  });

  it("cannot use a deleted access key, which does not become the root user's", async () => {
    const keys = await user("left");
    const left = account.iamAs(keys);
    await refusal(left.send(new ListUsersCommand({})), "AccessDenied");
    await account.iam.send(
      new DeleteAccessKeyCommand({ UserName: "left", AccessKeyId: keys.accessKeyId }),
    );
    await refusal(left.send(new ListUsersCommand({})), "InvalidClientTokenId");
    const own = account.iamAs({ accessKeyId: "AKIAMYOWNPROFILE0000", secretAccessKey: "mine" });
    const { Users } = await own.send(new ListUsersCommand({}));
    expect(Users?.map(({ UserName }) => UserName)).to.include("left");
  });

  it("cannot be deleted while they have keys or policies", async () => {
    const { accessKeyId } = await user("leaving");
    const remove = (): Promise<unknown> =>
      account.iam.send(new DeleteUserCommand({ UserName: "leaving" }));
    expect((await refusal(remove(), "DeleteConflictException")).message).to.contain("access keys");
    await account.iam.send(
      new DeleteAccessKeyCommand({ UserName: "leaving", AccessKeyId: accessKeyId }),
    );
    const document = policy(allow("s3:*"));
    await account.iam.send(
      new PutUserPolicyCommand({ UserName: "leaving", PolicyName: "p", PolicyDocument: document }),
    );
    expect((await refusal(remove(), "DeleteConflictException")).message).to.contain(
      "delete policies",
    );
    const read = await account.iam.send(
      new GetUserPolicyCommand({ UserName: "leaving", PolicyName: "p" }),
    );
    expect(decodeURIComponent(read.PolicyDocument ?? "")).to.equal(document);
    expect(
      (await account.iam.send(new ListUserPoliciesCommand({ UserName: "leaving" }))).PolicyNames,
    ).to.deep.equal(["p"]);
    await account.iam.send(new DeleteUserPolicyCommand({ UserName: "leaving", PolicyName: "p" }));
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonSQSFullAccess";
    await account.iam.send(new AttachUserPolicyCommand({ UserName: "leaving", PolicyArn }));
    const attached = await account.iam.send(
      new ListAttachedUserPoliciesCommand({ UserName: "leaving" }),
    );
    expect(attached.AttachedPolicies).to.deep.equal([
      { PolicyName: "AmazonSQSFullAccess", PolicyArn },
    ]);
    expect((await refusal(remove(), "DeleteConflictException")).message).to.contain("detach all");
    await account.iam.send(new DetachUserPolicyCommand({ UserName: "leaving", PolicyArn }));
    await remove();
    const { Users: users } = await account.iam.send(new ListUsersCommand({}));
    expect(users?.map((found) => found.UserName)).to.not.include("leaving");
  });

  it("show the root user to the account's owner", async () => {
    const { User: root } = await account.iam.send(new GetUserCommand({}));
    expect(root?.Arn).to.equal(`arn:aws:iam::${ACCOUNT}:root`);
  });

  it("have at most one role in an instance profile", async () => {
    await account.iam.send(
      new CreateRoleCommand({ RoleName: "node", AssumeRolePolicyDocument: LAMBDA_TRUST }),
    );
    await account.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "nodes" }));
    const names = { InstanceProfileName: "nodes", RoleName: "node" };
    await account.iam.send(new AddRoleToInstanceProfileCommand(names));
    const full = await refusal(
      account.iam.send(new AddRoleToInstanceProfileCommand(names)),
      "LimitExceededException",
    );
    expect(full.message).to.equal("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    const { InstanceProfile: profile } = await account.iam.send(
      new GetInstanceProfileCommand({ InstanceProfileName: "nodes" }),
    );
    expect(profile?.Roles?.map((role) => role.RoleName)).to.deep.equal(["node"]);
    await refusal(
      account.iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: "nodes" })),
      "DeleteConflictException",
    );
    await refusal(
      account.iam.send(new DeleteRoleCommand({ RoleName: "node" })),
      "DeleteConflictException",
    );
    await account.iam.send(new RemoveRoleFromInstanceProfileCommand(names));
    await account.iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: "nodes" }));
    const gone = await refusal(
      account.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "nodes" })),
      "NoSuchEntityException",
    );
    expect(gone.message).to.equal("Instance Profile nodes cannot be found.");
  });
});
