import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { DeleteParameterCommand, GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import {
  callsOf,
  type Cloud,
  deniedCalls,
  formatUnusedPermissions,
  roleAccess,
  rootAccess,
  StaleException,
  startCloud,
  unusedPermissions,
} from "../../testing";

const PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter";

describe("The test kit: least privilege", () => {
  let cloud: Cloud;
  let iam: IAMClient;
  beforeEach(async () => {
    cloud = await startCloud({ clock: "manual" });
    iam = new IAMClient(rootAccess(cloud));
  });
  afterEach(async () => {
    iam.destroy();
    await cloud.close();
  });

  const role = async (RoleName: string, ...Statement: object[]): Promise<void> => {
    const trust = {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "lambda.amazonaws.com" },
    };
    const AssumeRolePolicyDocument = document(trust);
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = document(...Statement);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  };
  const get = (roleName: string, Name: string) => send(roleName, new GetParameterCommand({ Name }));
  const send = async (
    roleName: string,
    command: GetParameterCommand | DeleteParameterCommand,
  ): Promise<void> => {
    const ssm = new SSMClient(roleAccess(cloud, roleName));
    // It does not matter whether the parameter exists: the permission was used.
    await ssm.send(command as GetParameterCommand).catch(() => undefined);
    ssm.destroy();
  };

  it("reports unused permissions of a role, with the statement's Sid", async () => {
    const actions = ["ssm:GetParameter", "ssm:DeleteParameter"];
    await role("worker", allow(actions, [`${PARAMETER}/a`], "OwnParameter"));
    await get("worker", "/a");
    expect(await unusedPermissions(cloud)).to.deep.equal([
      {
        roleName: "worker",
        action: "ssm:DeleteParameter",
        resource: `${PARAMETER}/a`,
        sid: "OwnParameter",
      },
    ]);
    await send("worker", new DeleteParameterCommand({ Name: "/a" }));
    expect(await unusedPermissions(cloud)).to.deep.equal([]);
  });

  it("requires a use of every resource of a statement, and matches wildcards like IAM", async () => {
    const resources = [`${PARAMETER}/a/*`, `${PARAMETER}/b`, `${PARAMETER}/?`];
    await role("worker", allow(["ssm:Get*"], resources));
    await get("worker", "/a/x");
    await get("worker", "/c");
    const unused = await unusedPermissions(cloud);
    expect(unused.map(({ resource }) => resource)).to.deep.equal([`${PARAMETER}/b`]);
  });

  it("accepts any value for a policy variable, treats conditions as met, and ignores Deny statements", async () => {
    await role(
      "worker",
      {
        ...allow(["ssm:GetParameter"], [`${PARAMETER}/\${aws:PrincipalTag/team}/x`]),
        Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
      },
      { ...allow(["ssm:GetParameter"], [`${PARAMETER}/blue/x`]), Sid: "Plain" },
      { ...allow(["ssm:DeleteParameter"], ["*"]), Effect: "Deny" },
    );
    await get("worker", "/blue/x");
    expect(await unusedPermissions(cloud)).to.deep.equal([]);
  });

  it("does not count a denied call as a use", async () => {
    await role("worker", allow(["ssm:GetParameter"], [`${PARAMETER}/a`]));
    await get("worker", "/b");
    expect(await unusedPermissions(cloud)).to.have.length(1);
    expect(
      deniedCalls(cloud).map(({ operation, errorCode }) => [operation, errorCode]),
    ).to.deep.equal([["GetParameter", "AccessDeniedException"]]);
    expect(callsOf(cloud, "worker")).to.deep.equal(deniedCalls(cloud));
  });

  it("checks managed policies, and reports what a NotAction allows", async () => {
    await role("worker", allow(["ssm:GetParameter"], ["*"]));
    const managed = { Effect: "Allow", NotAction: "ssm:*", Resource: "*" };
    const created = await iam.send(
      new CreatePolicyCommand({ PolicyName: "managed", PolicyDocument: document(managed) }),
    );
    const PolicyArn = created.Policy?.Arn;
    await iam.send(new AttachRolePolicyCommand({ RoleName: "worker", PolicyArn }));
    await get("worker", "/a");
    expect(await unusedPermissions(cloud)).to.deep.equal([
      { roleName: "worker", action: "not ssm:*", resource: "*" },
    ]);
  });

  it("checks only the given roles", async () => {
    await role("one-1234567", allow(["ssm:GetParameter"], ["*"]));
    await role("two-1234567", allow(["ssm:GetParameter"], ["*"]));
    const unused = await unusedPermissions(cloud, { roles: ["one-*"] });
    expect(unused.map(({ roleName }) => roleName)).to.deep.equal(["one-1234567"]);
  });

  it("omits exceptions, and fails for one that is no longer needed", async () => {
    await role("worker", allow(["ssm:GetParameter"], [`${PARAMETER}/a`]));
    const exceptions = [
      { id: "break-glass", reason: "read by hand in an incident", action: "ssm:GetParameter" },
    ];
    expect(await unusedPermissions(cloud, { exceptions })).to.deep.equal([]);
    await get("worker", "/a");
    const error: unknown = await unusedPermissions(cloud, { exceptions }).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(StaleException);
    expect((error as Error).message).to.equal(
      "No longer needed, so remove: break-glass (ssm:GetParameter: read by hand in an incident).",
    );
  });

  it("prints a table", async () => {
    await role("worker", allow(["ssm:GetParameter"], [`${PARAMETER}/a`], "Read"));
    expect(formatUnusedPermissions(await unusedPermissions(cloud))).to.equal(
      [
        "role    statement  unused action     resource",
        `worker  Read       ssm:GetParameter  ${PARAMETER}/a`,
      ].join("\n"),
    );
    expect(formatUnusedPermissions([])).to.equal("Every granted permission was used.");
  });
});

function allow(Action: string[], Resource: string[], Sid?: string): object {
  return { Effect: "Allow", Action, Resource, ...(Sid && { Sid }) };
}

function document(...Statement: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
