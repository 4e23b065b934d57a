import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  type Credentials,
  type STSClient,
} from "@aws-sdk/client-sts";
import { expect } from "chai";
import type { PolicyStatement } from "../../../core/policyDocument";
import { ACCOUNT, TestAccount, allow, policy, refusal, trust, type Keys } from "../iam/account";

const TARGET = `arn:aws:iam::${ACCOUNT}:role/target`;

describe("STS", () => {
  let account: TestAccount;
  let alice: Keys;
  let sts: STSClient;

  beforeEach(async () => {
    account = await TestAccount.start();
    alice = await user("alice", allow("sts:AssumeRole", TARGET));
    sts = account.stsAs(alice);
  });
  afterEach(() => account.close());

  async function user(UserName: string, ...statements: PolicyStatement[]): Promise<Keys> {
    await account.iam.send(new CreateUserCommand({ UserName }));
    if (statements.length > 0)
      await account.iam.send(
        new PutUserPolicyCommand({
          UserName,
          PolicyName: "p",
          PolicyDocument: policy(...statements),
        }),
      );
    const { AccessKey: key } = await account.iam.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: key?.AccessKeyId ?? "", secretAccessKey: key?.SecretAccessKey ?? "" };
  }

  /** Creates the role `target`, which may list roles and users. */
  async function target(trustPolicy: string, more: object = {}): Promise<void> {
    await account.iam.send(
      new CreateRoleCommand({ RoleName: "target", AssumeRolePolicyDocument: trustPolicy, ...more }),
    );
    await account.iam.send(
      new PutRolePolicyCommand({
        RoleName: "target",
        PolicyName: "p",
        PolicyDocument: policy(allow(["iam:ListRoles", "iam:ListUsers"])),
      }),
    );
  }

  const assume = (more: object = {}, client = sts): Promise<{ Credentials?: Credentials }> =>
    client.send(new AssumeRoleCommand({ RoleArn: TARGET, RoleSessionName: "session", ...more }));

  it("returns each caller's identity", async () => {
    const root = await account
      .stsAs({ accessKeyId: "AKIAOTHER", secretAccessKey: "x" })
      .send(new GetCallerIdentityCommand({}));
    expect(root).to.include({
      UserId: ACCOUNT,
      Account: ACCOUNT,
      Arn: `arn:aws:iam::${ACCOUNT}:root`,
    });
    const self = await sts.send(new GetCallerIdentityCommand({}));
    expect(self.Arn).to.equal(`arn:aws:iam::${ACCOUNT}:user/alice`);
    expect(self.UserId).to.match(/^AIDA/);
    const worker = account.stsAs(await account.roleSession("worker"));
    const role = await worker.send(new GetCallerIdentityCommand({}));
    expect(role.Arn).to.equal(`arn:aws:sts::${ACCOUNT}:assumed-role/worker/function`);
    expect(role.UserId).to.match(/^AROA[A-Z2-7]{17}:function$/);
  });

  it("returns a session with the role's permissions for an hour", async () => {
    await target(trust({ AWS: ACCOUNT }));
    const answer = await sts.send(
      new AssumeRoleCommand({ RoleArn: TARGET, RoleSessionName: "session" }),
    );
    expect(answer.AssumedRoleUser?.Arn).to.equal(
      `arn:aws:sts::${ACCOUNT}:assumed-role/target/session`,
    );
    expect(answer.AssumedRoleUser?.AssumedRoleId).to.match(/^AROA.{17}:session$/);
    const lifetime = (answer.Credentials?.Expiration?.getTime() ?? 0) - account.cloud.clock.now();
    expect(lifetime).to.be.within(3_540_000, 3_600_000);
    const client = account.iamAs(keysOf(answer));
    await client.send(new ListRolesCommand({}));
    await refusal(client.send(new GetRoleCommand({ RoleName: "target" })), "AccessDenied");
  });

  it("requires the trust policy and, if that names the account, the caller's permission", async () => {
    await target(trust({ AWS: ACCOUNT }));
    const bob = account.stsAs(await user("bob"));
    const own = await refusal(assume({}, bob), "AccessDenied");
    expect(own.message).to.equal(
      `User: arn:aws:iam::${ACCOUNT}:user/bob is not authorized to perform: sts:AssumeRole ` +
        `on resource: ${TARGET} because no identity-based policy allows the sts:AssumeRole action`,
    );
    const missing = await refusal(
      assume({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/none` }),
      "AccessDenied",
    );
    expect(missing.message).to.equal(
      `User: arn:aws:iam::${ACCOUNT}:user/alice is not authorized to perform: sts:AssumeRole ` +
        "because no role trust policy allows the sts:AssumeRole action",
    );
  });

  it("lets a trust policy that names the user suffice", async () => {
    const bob = account.stsAs(await user("bob"));
    await target(trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/bob` }));
    await assume({}, bob);
    await refusal(assume(), "AccessDenied");
  });

  it("checks the external id and session name in the trust policy", async () => {
    const Condition = {
      StringEquals: { "sts:ExternalId": "42" },
      StringLike: { "sts:RoleSessionName": "ci-*" },
    };
    await target(trust({ AWS: ACCOUNT }, { Condition }));
    await assume({ ExternalId: "42", RoleSessionName: "ci-7" });
    await refusal(assume({ ExternalId: "43", RoleSessionName: "ci-7" }), "AccessDenied");
    await refusal(assume({ ExternalId: "42" }), "AccessDenied");
    await refusal(assume({ RoleSessionName: "ci-7" }), "AccessDenied");
  });

  it("limits the session by inline and managed session policies together", async () => {
    await target(trust({ AWS: ACCOUNT }));
    const narrow = account.iamAs(keysOf(await assume({ Policy: policy(allow("iam:ListRoles")) })));
    await narrow.send(new ListRolesCommand({}));
    const denied = await refusal(narrow.send(new ListUsersCommand({})), "AccessDenied");
    expect(denied.message).to.match(/because no session policy allows the iam:ListUsers action$/);
    const both = account.iamAs(
      keysOf(
        await assume({
          Policy: policy(allow("iam:ListRoles")),
          PolicyArns: [{ arn: "arn:aws:iam::aws:policy/AdministratorAccess" }],
        }),
      ),
    );
    await both.send(new ListUsersCommand({}));
    await refusal(both.send(new GetRoleCommand({ RoleName: "target" })), "AccessDenied");
    await refusal(assume({ Policy: "{" }), "MalformedPolicyDocumentException");
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
  it("refuses a session policy whose ARN omits fields, which a role's own policy may do", async () => {
    await target(trust({ AWS: ACCOUNT }));
    const incomplete = policy({ Effect: "Allow", Action: "sqs:*", Resource: "arn:aws:sqs" });
    const refused = await refusal(
      assume({ Policy: incomplete }),
      "MalformedPolicyDocumentException",
    );
    expect(refused.message).to.contain("arn:aws:sqs");
    await account.iam.send(
      new PutRolePolicyCommand({
        RoleName: "target",
        PolicyName: "all",
        PolicyDocument: incomplete,
      }),
    );
  });

  it("requires sts:TagSession for session tags, which policies then see", async () => {
    await target(trust({ AWS: ACCOUNT }));
    const Tags = [{ Key: "team", Value: "blue" }];
    const denied = await refusal(assume({ Tags }), "AccessDenied");
    expect(denied.message).to.contain("sts:TagSession");
    await account.iam.send(
      new CreateRoleCommand({
        RoleName: "tagged",
        AssumeRolePolicyDocument: trust(
          { AWS: `arn:aws:iam::${ACCOUNT}:user/alice` },
          {
            Action: ["sts:AssumeRole", "sts:TagSession"],
            Condition: { StringEquals: { "aws:RequestTag/team": "blue" } },
          },
        ),
        Tags: [{ Key: "team", Value: "red" }],
      }),
    );
    await account.iam.send(
      new PutRolePolicyCommand({
        RoleName: "tagged",
        PolicyName: "p",
        PolicyDocument: policy({
          ...allow("iam:ListRoles"),
          Condition: { StringEquals: { "aws:PrincipalTag/team": "blue" } },
        }),
      }),
    );
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/tagged`;
    const client = account.iamAs(keysOf(await assume({ RoleArn, Tags })));
    await client.send(new ListRolesCommand({}));
  });

  for (const RoleArn of [
    "nothing-valid-in-here",
    "arn::b:::something/test-role",
    "arn:a::::something/test-role",
    "arn:a:::something/test-role",
    "arn:a:a::aaaaaaaaaa:",
  ])
    it(`refuses ${RoleArn} as no ARN, whatever the caller may do`, async () => {
      for (const caller of [sts, account.stsAs(await user(`caller-${RoleArn.length}`))]) {
        const invalid = await refusal(assume({ RoleArn }, caller), "ValidationError");
        expect(invalid.message).to.equal(`${RoleArn} is invalid`);
      }
    });

  it("does not recognize a session without its token, or with another one", async () => {
    const session = await account.roleSession("worker");
    for (const sessionToken of [undefined, "other"]) {
      const client = account.stsAs({ ...session, sessionToken });
      const refused = await refusal(
        client.send(new GetCallerIdentityCommand({})),
        "InvalidClientTokenId",
      );
      expect(refused.message).to.equal("The security token included in the request is invalid.");
    }
  });

  it("refuses two session tags whose keys differ only in case", async () => {
    const trusted = { AWS: `arn:aws:iam::${ACCOUNT}:user/alice` };
    await target(trust(trusted, { Action: ["sts:AssumeRole", "sts:TagSession"] }));
    const Tags = [
      { Key: "Team", Value: "a" },
      { Key: "team", Value: "b" },
    ];
    const twice = await refusal(assume({ Tags }), "InvalidParameterValue");
    expect(twice.message).to.equal(
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
  });

  it("limits how long a session lasts", async () => {
    await target(trust({ AWS: [ACCOUNT] }), { MaxSessionDuration: 7200 });
    await assume({ DurationSeconds: 7200 });
    const long = await refusal(assume({ DurationSeconds: 7201 }), "ValidationError");
    expect(long.message).to.equal(
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
    await refusal(assume({ DurationSeconds: 899 }), "ValidationError");
    await refusal(assume({ RoleSessionName: "a b" }), "ValidationError");
    const worker = account.stsAs(await account.roleSession("worker", allow("sts:AssumeRole")));
    await assume({}, worker);
    const chained = await refusal(assume({ DurationSeconds: 3601 }, worker), "ValidationError");
    expect(chained.message).to.equal(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  });

  it("does not let the root user assume roles", async () => {
    await target(trust({ AWS: ACCOUNT }));
    const root = account.stsAs({ accessKeyId: "AKIAOTHER", secretAccessKey: "x" });
    const denied = await refusal(assume({}, root), "AccessDenied");
    expect(denied.message).to.equal("Roles may not be assumed by root accounts.");
  });

  it("returns temporary keys to users, and none to roles", async () => {
    const answer = await sts.send(new GetSessionTokenCommand({}));
    const temporary = account.stsAs(keysOf(answer));
    const self = await temporary.send(new GetCallerIdentityCommand({}));
    expect(self.Arn).to.equal(`arn:aws:iam::${ACCOUNT}:user/alice`);
    const worker = account.stsAs(await account.roleSession("worker"));
    const denied = await refusal(worker.send(new GetSessionTokenCommand({})), "AccessDenied");
    expect(denied.message).to.equal("Cannot call GetSessionToken with session credentials");
    await account.cloud.clock.advance(43_200_000);
    await refusal(temporary.send(new GetCallerIdentityCommand({})), "ExpiredToken");
  });

  it("refuses unsupported options with an error", async () => {
    await target(trust({ AWS: ACCOUNT }));
    const source = await refusal(assume({ SourceIdentity: "me" }), "NotImplemented");
    expect(source.message).to.contain("SourceIdentity");
    await refusal(sts.send(new GetFederationTokenCommand({ Name: "x" })), "NotImplemented");
  });
});

function keysOf(answer: { Credentials?: Credentials }): Keys {
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
  return {
    accessKeyId: AccessKeyId ?? "",
    secretAccessKey: SecretAccessKey ?? "",
    sessionToken: SessionToken,
  };
}
