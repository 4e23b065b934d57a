import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { ACCOUNT, LAMBDA_TRUST, TestAccount, allow, policy, refusal, trust } from "./account";

const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`;

describe("IAM identities", () => {
  let account: TestAccount;
  beforeEach(async () => {
    account = await TestAccount.start();
  });
  afterEach(() => account.close());

  const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const put = (RoleName: string, ...statements: Parameters<typeof policy>): Promise<unknown> =>
    account.iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: "inline",
        PolicyDocument: policy(...statements),
      }),
    );

  it("create a session for the service that the role trusts", async () => {
    await account.iam.send(
      new CreateRoleCommand({
        RoleName: "fn",
        Path: "/p/",
        AssumeRolePolicyDocument: LAMBDA_TRUST,
      }),
    );
    const session = account.cloud.identity.assumeForService({
      roleArn: `arn:aws:iam::${ACCOUNT}:role/p/fn`,
      service: "lambda.amazonaws.com",
      sessionName: "my-function",
      sourceFunctionArn: FUNCTION,
    });
    expect(session.accessKeyId).to.match(/^ASIA[A-Z2-7]{16}$/);
    expect(session.secretAccessKey).to.have.length(40);
    expect(session.principal).to.include({
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/fn/my-function`,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/p/fn`,
      sourceFunctionArn: FUNCTION,
      accessKeyId: session.accessKeyId,
    });
    expect(session.expiration.getTime() - account.cloud.clock.now()).to.equal(12 * 3_600_000);
  });

  it("refuse a service that the role does not trust, and a missing role", async () => {
    await account.roleSession("fn");
    const assume =
      (roleName: string, service: string): (() => unknown) =>
      () =>
        account.cloud.identity.assumeForService({
          roleArn: roleArn(roleName),
          service,
          sessionName: "s",
        });
    expect(assume("fn", "ec2.amazonaws.com")).to.throw(
      "User: ec2.amazonaws.com is not authorized to perform: sts:AssumeRole because no role trust policy allows the sts:AssumeRole action",
    );
    expect(assume("none", "lambda.amazonaws.com")).to.throw("because no role trust policy allows");
  });

  it("evaluate aws:SourceArn and aws:SourceAccount of the trust policy", async () => {
    const Condition = {
      StringEquals: { "aws:SourceAccount": ACCOUNT },
      ArnLike: { "aws:SourceArn": `arn:aws:lambda:*:${ACCOUNT}:function:f` },
    };
    await account.iam.send(
      new CreateRoleCommand({
        RoleName: "sourced",
        AssumeRolePolicyDocument: trust({ Service: "lambda.amazonaws.com" }, { Condition }),
      }),
    );
    const assume = (sourceArn?: string) => () =>
      account.cloud.identity.assumeForService({
        roleArn: roleArn("sourced"),
        service: "lambda.amazonaws.com",
        sessionName: "s",
        sourceArn,
      });
    expect(assume(FUNCTION)).not.to.throw();
    expect(assume(`${FUNCTION}2`)).to.throw("no role trust policy");
    expect(assume()).to.throw("no role trust policy");
  });

  it("enforce inline policies and every change of them immediately", async () => {
    const client = account.iamAs(
      await account.roleSession("worker", allow("iam:GetRole", roleArn("worker"))),
    );
    await client.send(new GetRoleCommand({ RoleName: "worker" }));
    const other = await refusal(
      client.send(new GetRoleCommand({ RoleName: "other" })),
      "AccessDenied",
    );
    expect(other.message).to.equal(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/worker/function is not authorized to perform: iam:GetRole ` +
        "on resource: role other because no identity-based policy allows the iam:GetRole action",
    );
    await account.iam.send(
      new DeleteRolePolicyCommand({ RoleName: "worker", PolicyName: "inline" }),
    );
    await refusal(client.send(new GetRoleCommand({ RoleName: "worker" })), "AccessDenied");
  });

  it("enforce the default version of attached policies", async () => {
    const client = account.iamAs(await account.roleSession("worker"));
    const { Policy: made } = await account.iam.send(
      new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: policy(allow("iam:ListUsers")) }),
    );
    const PolicyArn = made?.Arn;
    await account.iam.send(new AttachRolePolicyCommand({ RoleName: "worker", PolicyArn }));
    await refusal(client.send(new ListRolesCommand({})), "AccessDenied");
    const PolicyDocument = policy(allow("iam:ListRoles"));
    await account.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }));
    await refusal(client.send(new ListRolesCommand({})), "AccessDenied");
    await account.iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
    );
    await client.send(new ListRolesCommand({}));
  });

  it("enforce AWS managed policies", async () => {
    const client = account.iamAs(await account.roleSession("admin"));
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await account.iam.send(new AttachRolePolicyCommand({ RoleName: "admin", PolicyArn }));
    await client.send(new ListRolesCommand({}));
  });

  it("enforce the permissions boundary", async () => {
    const client = account.iamAs(await account.roleSession("bounded", allow("*")));
    await client.send(new ListRolesCommand({}));
    await account.iam.send(
      new PutRolePermissionsBoundaryCommand({
        RoleName: "bounded",
        PermissionsBoundary: "arn:aws:iam::aws:policy/AmazonS3FullAccess",
      }),
    );
    const denied = await refusal(client.send(new ListRolesCommand({})), "AccessDenied");
    expect(denied.message).to.match(
      /because no permissions boundary allows the iam:ListRoles action$/,
    );
  });

  it("provide role tags, request tags and iam:PolicyARN to conditions", async () => {
    const client = account.iamAs(
      await account.roleSession(
        "tagger",
        {
          ...allow("iam:TagRole"),
          Condition: {
            StringEquals: { "aws:RequestTag/team": "${aws:PrincipalTag/team}" },
            "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
          },
        },
        {
          ...allow("iam:AttachRolePolicy"),
          Condition: { ArnLike: { "iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/*" } },
        },
      ),
    );
    const tag = (Key: string, Value: string): Promise<unknown> =>
      client.send(new TagRoleCommand({ RoleName: "tagger", Tags: [{ Key, Value }] }));
    await refusal(tag("team", "blue"), "AccessDenied");
    await account.iam.send(
      new TagRoleCommand({ RoleName: "tagger", Tags: [{ Key: "team", Value: "blue" }] }),
    );
    await tag("team", "blue");
    await refusal(tag("team", "red"), "AccessDenied");
    await refusal(tag("cost", "blue"), "AccessDenied");
    const attach = (name: string): Promise<unknown> =>
      client.send(
        new AttachRolePolicyCommand({
          RoleName: "tagger",
          PolicyArn: `arn:aws:iam::aws:policy/${name}`,
        }),
      );
    await attach("service-role/AWSLambdaBasicExecutionRole");
    await refusal(attach("AdministratorAccess"), "AccessDenied");
  });

  it("require iam:PassRole when a role is passed", async () => {
    const client = account.iamAs(
      await account.roleSession(
        "operator",
        allow(["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"]),
      ),
    );
    await client.send(new CreateInstanceProfileCommand({ InstanceProfileName: "p" }));
    const add = (): Promise<unknown> =>
      client.send(
        new AddRoleToInstanceProfileCommand({ InstanceProfileName: "p", RoleName: "operator" }),
      );
    const denied = await refusal(add(), "AccessDenied");
    expect(denied.message).to.contain(
      `perform: iam:PassRole on resource: ${roleArn("operator")} because`,
    );
    await put("operator", allow("iam:AddRoleToInstanceProfile"), {
      ...allow("iam:PassRole", roleArn("operator")),
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    });
    await add();
  });

  it("end the permissions of a session with its role, also if the name is reused", async () => {
    const old = account.iamAs(await account.roleSession("again", allow("iam:ListRoles")));
    await account.iam.send(
      new DeleteRolePolicyCommand({ RoleName: "again", PolicyName: "inline" }),
    );
    await account.iam.send(new DeleteRoleCommand({ RoleName: "again" }));
    const fresh = account.iamAs(await account.roleSession("again", allow("iam:ListRoles")));
    await fresh.send(new ListRolesCommand({}));
    await refusal(old.send(new ListRolesCommand({})), "AccessDenied");
  });

  it("refuse the keys of a session that expired or was ended", async () => {
    const keys = await account.roleSession("short", allow("iam:ListRoles"));
    const client = account.iamAs(keys);
    await account.cloud.clock.advance(12 * 3_600_000);
    await refusal(client.send(new ListRolesCommand({})), "ExpiredToken");
    const ended = account.assumeAsLambda("short");
    account.cloud.identity.endSession(ended.accessKeyId);
    expect(account.cloud.identity.findByAccessKey(ended.accessKeyId)).to.equal(undefined);
  });

  it("use a changed trust policy for the next session", async () => {
    await account.roleSession("moved");
    const PolicyDocument = trust({ Service: "ecs-tasks.amazonaws.com" });
    await account.iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: "moved", PolicyDocument }),
    );
    expect(() => account.assumeAsLambda("moved")).to.throw("no role trust policy");
  });
});
