import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { ACCOUNT, LAMBDA_TRUST, TestAccount, allow, policy, refusal, trust } from "./account";

const BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

describe("IAM roles", () => {
  let account: TestAccount;
  const create = (RoleName: string, more: object = {}): Promise<unknown> =>
    account.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: LAMBDA_TRUST, ...more }),
    );

  before(async () => {
    account = await TestAccount.start();
  });
  after(() => account.close());

  it("keep their settings and encode the trust policy by RFC 3986", async () => {
    const text = trust({ Service: "lambda.amazonaws.com" }, { Sid: "(it's!)*" });
    const { Role: created } = await account.iam.send(
      new CreateRoleCommand({
        RoleName: "full",
        Path: "/team/",
        AssumeRolePolicyDocument: text,
        Description: "what it is for",
        MaxSessionDuration: 7200,
        Tags: [{ Key: "team", Value: "blue" }],
      }),
    );
    expect(created?.Arn).to.equal(`arn:aws:iam::${ACCOUNT}:role/team/full`);
    expect(created?.RoleId).to.match(/^AROA[A-Z2-7]{17}$/);
    expect(created?.Tags).to.deep.equal([{ Key: "team", Value: "blue" }]);
    expect(created).to.not.have.any.keys("MaxSessionDuration", "RoleLastUsed");
    const { Role: role } = await account.iam.send(new GetRoleCommand({ RoleName: "full" }));
    expect(role).to.deep.include({
      Path: "/team/",
      Description: "what it is for",
      MaxSessionDuration: 7200,
      Tags: [{ Key: "team", Value: "blue" }],
      RoleId: created?.RoleId,
    });
    expect(role?.AssumeRolePolicyDocument).to.not.match(/[!'()*]/);
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? "")).to.equal(text);
  });

  it("are reported when missing", async () => {
    const error = await refusal(
      account.iam.send(new GetRoleCommand({ RoleName: "none" })),
      "NoSuchEntityException",
    );
    expect(error.message).to.equal("The role with name none cannot be found.");
    expect(error.$metadata?.httpStatusCode).to.equal(404);
  });

  it("have unique names, regardless of case", async () => {
    await create("Twice");
    const error = await refusal(create("twice"), "EntityAlreadyExistsException");
    expect(error.message).to.equal("Role with name twice already exists.");
  });

  it("have their names checked like IAM does", async () => {
    const long = await refusal(create("x".repeat(65)), "ValidationError");
    expect(long.message).to.contain("Member must have length less than or equal to 64");
    const characters = await refusal(create("a b"), "ValidationError");
    expect(characters.message).to.equal(
      "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
    );
    await refusal(create("path", { Path: "no-slash" }), "ValidationError");
    await refusal(create("duration", { MaxSessionDuration: 60 }), "ValidationError");
  });

  it("have their trust policy checked like IAM does", async () => {
    const withTrust = (text: string): Promise<unknown> =>
      create("bad", { AssumeRolePolicyDocument: text });
    const resource = await refusal(
      withTrust(trust({ Service: "lambda.amazonaws.com" }, { Resource: "*" })),
      "MalformedPolicyDocumentException",
    );
    expect(resource.message).to.equal("Has prohibited field Resource");
    const missing = await refusal(
      withTrust(trust({ AWS: `arn:aws:iam::${ACCOUNT}:role/not-there` })),
      "MalformedPolicyDocumentException",
    );
    expect(missing.message).to.equal(
      `Invalid principal in policy: "AWS":"arn:aws:iam::${ACCOUNT}:role/not-there"`,
    );
    const size = await refusal(
      withTrust(trust({ Service: "lambda.amazonaws.com" }, { Sid: "x".repeat(2048) })),
      "LimitExceededException",
    );
    expect(size.message).to.equal("Cannot exceed quota for ACLSizePerRole: 2048");
  });

  it("update trust policy, description and session duration", async () => {
    await create("changing", { Description: "old" });
    const next = trust({ AWS: ACCOUNT });
    await account.iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: "changing", PolicyDocument: next }),
    );
    await account.iam.send(
      new UpdateRoleCommand({ RoleName: "changing", MaxSessionDuration: 3700 }),
    );
    const { Role: role } = await account.iam.send(new GetRoleCommand({ RoleName: "changing" }));
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? "")).to.equal(next);
    expect(role?.MaxSessionDuration).to.equal(3700);
    expect(role?.Description).to.equal("old");
    const { Role: described } = await account.iam.send(
      new UpdateRoleDescriptionCommand({ RoleName: "changing", Description: "new" }),
    );
    expect(described?.Description).to.equal("new");
  });

  it("put, read, list and delete inline policies", async () => {
    await create("inline");
    const text = policy(allow("ssm:GetParameter"));
    await account.iam.send(
      new PutRolePolicyCommand({ RoleName: "inline", PolicyName: "p", PolicyDocument: text }),
    );
    const read = await account.iam.send(
      new GetRolePolicyCommand({ RoleName: "inline", PolicyName: "p" }),
    );
    expect(decodeURIComponent(read.PolicyDocument ?? "")).to.equal(text);
    const { PolicyNames: names } = await account.iam.send(
      new ListRolePoliciesCommand({ RoleName: "inline" }),
    );
    expect(names).to.deep.equal(["p"]);
    const conflict = await refusal(
      account.iam.send(new DeleteRoleCommand({ RoleName: "inline" })),
      "DeleteConflictException",
    );
    expect(conflict.message).to.equal("Cannot delete entity, must delete policies first.");
    await account.iam.send(new DeleteRolePolicyCommand({ RoleName: "inline", PolicyName: "p" }));
    const gone = await refusal(
      account.iam.send(new GetRolePolicyCommand({ RoleName: "inline", PolicyName: "p" })),
      "NoSuchEntityException",
    );
    expect(gone.message).to.equal("The role policy with name p cannot be found.");
  });

  it("limit inline policies to 10,240 characters together, without white space", async () => {
    await create("big");
    const put = (name: string, size: number, blanks = 0): Promise<unknown> => {
      const text = policy({ ...allow("s3:*"), Sid: "x" }).replace('"x"', `"${"x".repeat(size)}"`);
      const document = text + " ".repeat(blanks);
      return account.iam.send(
        new PutRolePolicyCommand({ RoleName: "big", PolicyName: name, PolicyDocument: document }),
      );
    };
    await put("first", 5000, 20_000);
    await put("second", 5000);
    const error = await refusal(put("third", 100), "LimitExceededException");
    expect(error.message).to.equal("Maximum policy size of 10240 bytes exceeded for role big");
    await put("second", 10);
    await put("third", 100);
  });

  it("attach at most ten managed policies", async () => {
    await create("attached");
    const attach = (arn: string): Promise<unknown> =>
      account.iam.send(new AttachRolePolicyCommand({ RoleName: "attached", PolicyArn: arn }));
    const names = [
      "service-role/AWSLambdaBasicExecutionRole",
      "AWSLambda_FullAccess",
      "CloudWatchFullAccessV2",
      "CloudWatchEventsFullAccess",
      "AmazonS3FullAccess",
      "AmazonDynamoDBFullAccess",
      "AmazonSQSFullAccess",
      "AmazonKinesisFullAccess",
      "AmazonCognitoPowerUser",
      "AWSXrayWriteOnlyAccess",
    ];
    for (const name of names) await attach(`arn:aws:iam::aws:policy/${name}`);
    await attach(BASIC);
    const quota = await refusal(
      attach("arn:aws:iam::aws:policy/AdministratorAccess"),
      "LimitExceededException",
    );
    expect(quota.message).to.equal("Cannot exceed quota for PoliciesPerRole: 10");
    const { AttachedPolicies: attached } = await account.iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName: "attached" }),
    );
    expect(attached).to.have.length(10);
    expect(attached).to.deep.include({
      PolicyName: "AWSLambdaBasicExecutionRole",
      PolicyArn: BASIC,
    });
    const conflict = await refusal(
      account.iam.send(new DeleteRoleCommand({ RoleName: "attached" })),
      "DeleteConflictException",
    );
    expect(conflict.message).to.equal("Cannot delete entity, must detach all policies first.");
    for (const name of names)
      await account.iam.send(
        new DetachRolePolicyCommand({
          RoleName: "attached",
          PolicyArn: `arn:aws:iam::aws:policy/${name}`,
        }),
      );
    const missing = await refusal(
      account.iam.send(new DetachRolePolicyCommand({ RoleName: "attached", PolicyArn: BASIC })),
      "NoSuchEntityException",
    );
    expect(missing.message).to.equal(`Policy ${BASIC} was not found.`);
    await account.iam.send(new DeleteRoleCommand({ RoleName: "attached" }));
  });

  it("refuse to attach a policy by its name", async () => {
    await create("by-name");
    const PolicyArn = "longpolicynamebutnoarn";
    const error = await refusal(
      account.iam.send(new AttachRolePolicyCommand({ RoleName: "by-name", PolicyArn })),
      "ValidationError",
    );
    expect(error.message).to.equal("ARN longpolicynamebutnoarn is not valid.");
  });

  it("refuse a name with other characters in each operation on their policies", async () => {
    const RoleName = "no such/role";
    const calls = [
      account.iam.send(new ListRolePoliciesCommand({ RoleName })),
      account.iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
      account.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: BASIC })),
    ];
    for (const call of calls) {
      const error = await refusal(call, "ValidationError");
      expect(error.message).to.match(/^The specified value for roleName is invalid\./);
    }
  });

  it("refuse an AWS managed policy that this cloud does not include, by name", async () => {
    await create("unknown-policy");
    const arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    const error = await refusal(
      account.iam.send(new AttachRolePolicyCommand({ RoleName: "unknown-policy", PolicyArn: arn })),
      "NoSuchEntityException",
    );
    expect(error.message).to.match(
      /^Policy arn:aws:iam::aws:policy\/ReadOnlyAccess does not exist or is not attachable\./,
    );
    expect(error.message).to.contain("The local cloud does not have this AWS managed policy");
  });

  it("are tagged and untagged with case-insensitive keys", async () => {
    await create("tagged", { Tags: [{ Key: "Team", Value: "blue" }] });
    await account.iam.send(
      new TagRoleCommand({
        RoleName: "tagged",
        Tags: [
          { Key: "team", Value: "red" },
          { Key: "cost", Value: "" },
        ],
      }),
    );
    const { Tags: tags } = await account.iam.send(new ListRoleTagsCommand({ RoleName: "tagged" }));
    expect(tags).to.have.deep.members([
      { Key: "cost", Value: "" },
      { Key: "team", Value: "red" },
    ]);
    await account.iam.send(new UntagRoleCommand({ RoleName: "tagged", TagKeys: ["TEAM"] }));
    const rest = await account.iam.send(new ListRoleTagsCommand({ RoleName: "tagged" }));
    expect(rest.Tags).to.deep.equal([{ Key: "cost", Value: "" }]);
    const reserved = new TagRoleCommand({
      RoleName: "tagged",
      Tags: [{ Key: "aws:x", Value: "y" }],
    });
    await refusal(account.iam.send(reserved), "InvalidInputException");
  });

  it("have a permissions boundary that can be put and deleted", async () => {
    await create("bounded");
    const boundary = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
    await account.iam.send(
      new PutRolePermissionsBoundaryCommand({ RoleName: "bounded", PermissionsBoundary: boundary }),
    );
    const { Role: role } = await account.iam.send(new GetRoleCommand({ RoleName: "bounded" }));
    expect(role?.PermissionsBoundary).to.deep.equal({
      PermissionsBoundaryType: "Policy",
      PermissionsBoundaryArn: boundary,
    });
    await account.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: "bounded" }));
    await refusal(
      account.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: "bounded" })),
      "NoSuchEntityException",
    );
  });

  it("are listed by path, in pages", async () => {
    for (const name of ["a", "b", "c"]) await create(`paged-${name}`, { Path: "/paged/" });
    const first = await account.iam.send(
      new ListRolesCommand({ PathPrefix: "/paged/", MaxItems: 2 }),
    );
    expect(first.IsTruncated).to.equal(true);
    const second = await account.iam.send(
      new ListRolesCommand({ PathPrefix: "/paged/", MaxItems: 2, Marker: first.Marker }),
    );
    expect(
      [...(first.Roles ?? []), ...(second.Roles ?? [])].map((role) => role.RoleName),
    ).to.deep.equal(["paged-a", "paged-b", "paged-c"]);
    expect(second.IsTruncated).to.equal(false);
  });

  it("have no instance profiles at first", async () => {
    await create("no-profile");
    const { InstanceProfiles: profiles } = await account.iam.send(
      new ListInstanceProfilesForRoleCommand({ RoleName: "no-profile" }),
    );
    expect(profiles).to.deep.equal([]);
  });
});
