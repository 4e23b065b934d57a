import { expect } from "chai";
import { authorize, globalContext, type AuthorizationRequest } from "../../access/authorize";
import { AwsError } from "../../core/errors";
import type { PolicyStatement } from "../../core/policyDocument";
import { rootPrincipal, servicePrincipal, type Principal } from "../../core/principal";
import type { AccessCheck } from "../../core/service";
import type { IdentityDirectory } from "../../core/identity";
import { PRINCIPALS } from "./policyCase";

const REQUEST: AuthorizationRequest = {
  region: "us-east-1",
  now: new Date("2026-03-04T05:06:07.800Z"),
  service: "ssm",
  sourceIp: "::ffff:127.0.0.1",
};
const CHECK: AccessCheck = {
  action: "ssm:GetParameter",
  resource: "arn:aws:ssm:us-east-1:123456789012:parameter/p",
};

describe("authorize", () => {
  it("allows a call that an identity policy allows", () => {
    expect(refusal(CHECK, PRINCIPALS.role, [allow("ssm:GetParameter")])).to.equal(undefined);
  });

  it("denies with AWS's message, and status 400 for a JSON service", () => {
    const error = refusal(CHECK, PRINCIPALS.role, []);
    expect(error).to.include({ code: "AccessDeniedException", status: 400 });
    expect(error?.message).to.equal(
      "User: arn:aws:sts::123456789012:assumed-role/app/one is not authorized to perform: " +
        "ssm:GetParameter on resource: arn:aws:ssm:us-east-1:123456789012:parameter/p " +
        "because no identity-based policy allows the ssm:GetParameter action",
    );
  });

  it("denies with status 403 for a REST service and for the service's own code", () => {
    const rest = refusal(CHECK, PRINCIPALS.role, [], { ...REQUEST, service: "lambda" });
    expect(rest).to.include({ code: "AccessDeniedException", status: 403 });
    const ec2 = refusal(CHECK, PRINCIPALS.role, [], {
      ...REQUEST,
      deniedCode: "UnauthorizedOperation",
    });
    expect(ec2).to.include({ code: "UnauthorizedOperation", status: 403 });
  });

  it("allows the root user and denies an unsigned caller", () => {
    expect(refusal(CHECK, rootPrincipal("123456789012"), [])).to.equal(undefined);
    expect(refusal(CHECK, { type: "anonymous" }, [])?.message).to.contain(
      "no resource-based policy",
    );
  });

  it("requires permission on both sides when another account owns the resource", () => {
    const foreign = { ...CHECK, resource: "arn:aws:ssm:us-east-1:210987654321:parameter/p" };
    expect(refusal(foreign, PRINCIPALS.role, [allow("*")])?.message).to.contain(
      "because no resource-based policy allows",
    );
  });

  it("treats a resource without an account as the caller's", () => {
    const bucket = { action: "s3:GetObject", resource: "arn:aws:s3:::b/x" };
    expect(refusal(bucket, PRINCIPALS.role, [allow("s3:*")])).to.equal(undefined);
  });

  it("passes the check's condition keys to conditions", () => {
    const passed = { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } };
    const policy = [{ ...allow("iam:PassRole"), Condition: passed }];
    const check = (service: string): AccessCheck => ({
      action: "iam:PassRole",
      resource: "arn:aws:iam::123456789012:role/r",
      context: { "iam:PassedToService": service },
    });
    expect(refusal(check("lambda.amazonaws.com"), PRINCIPALS.role, policy)).to.equal(undefined);
    expect(refusal(check("ec2.amazonaws.com"), PRINCIPALS.role, policy)).to.be.instanceOf(AwsError);
  });

  it("applies the directory's boundary and session policies", () => {
    const narrow = { Version: "2012-10-17", Statement: [allow("s3:*")] };
    const wide = directory([allow("*")]);
    expect(() =>
      authorize(CHECK, PRINCIPALS.role, { ...wide, permissionsBoundary: () => narrow }, REQUEST),
    ).to.throw("because no permissions boundary allows the ssm:GetParameter action");
    expect(() =>
      authorize(CHECK, PRINCIPALS.role, { ...wide, sessionPolicies: () => [narrow] }, REQUEST),
    ).to.throw("because no session policy allows the ssm:GetParameter action");
  });
});

describe("globalContext", () => {
  it("contains time, region, network and the role of a session", () => {
    const principal = {
      ...PRINCIPALS.role,
      sourceFunctionArn: "arn:aws:lambda:us-east-1:1:function:f",
    };
    expect(globalContext(principal as Principal, directory([]), REQUEST)).to.deep.equal({
      "aws:CurrentTime": "2026-03-04T05:06:07.800Z",
      "aws:EpochTime": "1772600767",
      "aws:SecureTransport": "true",
      "aws:RequestedRegion": "us-east-1",
      "aws:SourceIp": "127.0.0.1",
      "aws:ViaAWSService": "false",
      "aws:PrincipalAccount": "123456789012",
      "aws:PrincipalArn": "arn:aws:iam::123456789012:role/app",
      "aws:PrincipalIsAWSService": "false",
      "aws:PrincipalType": "AssumedRole",
      "lambda:SourceFunctionArn": "arn:aws:lambda:us-east-1:1:function:f",
    });
  });

  it("contains a service's source and the account in it", () => {
    const sourceArn = "arn:aws:execute-api:us-east-1:123456789012:api/dev/GET/x";
    const context = globalContext(
      servicePrincipal("apigateway.amazonaws.com", sourceArn),
      directory([]),
      REQUEST,
    );
    expect(context).to.include({
      "aws:SourceArn": sourceArn,
      "aws:SourceAccount": "123456789012",
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": "apigateway.amazonaws.com",
    });
  });

  it("contains the user's name and the directory's keys", () => {
    const identity = { ...directory([]), principalContext: () => ({ "aws:userid": "AIDA1" }) };
    expect(globalContext(PRINCIPALS.user, identity, REQUEST)).to.include({
      "aws:username": "alice",
      "aws:userid": "AIDA1",
      "aws:PrincipalType": "User",
    });
  });
});

function allow(action: string): PolicyStatement {
  return { Effect: "Allow", Action: action, Resource: "*" };
}

function directory(statements: PolicyStatement[]): IdentityDirectory {
  const unused = (): never => {
    throw new Error("not part of an authorization");
  };
  return {
    identityPolicies: () => [{ Version: "2012-10-17", Statement: statements }],
    permissionsBoundary: () => undefined,
    sessionPolicies: () => undefined,
    principalContext: () => ({}),
    assumeForService: unused,
    assumeRole: unused,
    sessionToken: unused,
    trustPolicy: unused,
    findByAccessKey: unused,
    isDeletedKey: unused,
    instanceProfile: unused,
    endSession: unused,
  };
}

function refusal(
  check: AccessCheck,
  principal: Principal,
  statements: PolicyStatement[],
  request = REQUEST,
): AwsError | undefined {
  try {
    authorize(check, principal, directory(statements), request);
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(AwsError);
    return error as AwsError;
  }
}
