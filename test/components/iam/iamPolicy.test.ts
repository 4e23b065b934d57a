import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as fc from "fast-check";
import { actionFact } from "../../../components/iam/resourceLevel";
import { checkStatements, policyDocument } from "../../../components/iam/iamPolicy";
import { statementExceptions } from "../../../components/iam/statementExceptions";
import type { Statement } from "../../../components/iam/statement";
import { mockPulumi, unwrap } from "../../support/graph/pulumiMocks";

const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:jobs";
const FUNCTIONS = "arn:aws:lambda:eu-central-1:123456789012:function";

const READ_SECRETS: Statement = {
  actions: ["secretsmanager:GetSecretValue"],
  resources: ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:*"],
};

const refused: { statement: object; says: string }[] = [
  { statement: { actions: ["*"], resources: [QUEUE] }, says: "the wildcard action '*'" },
  { statement: { actions: ["sqs:*"], resources: [QUEUE] }, says: "the wildcard action 'sqs:*'" },
  { statement: { actions: ["sqs:Get*"], resources: [QUEUE] }, says: "'sqs:Get*'" },
  { statement: { actions: ["sqs:Send?essage"], resources: [QUEUE] }, says: "wildcard action" },
  { statement: { actions: ["SendMessage"], resources: [QUEUE] }, says: "write service:Action" },
  { statement: { actions: [], resources: [QUEUE] }, says: "no actions" },
  { statement: { actions: ["sqs:SendMessage"], resources: [] }, says: "no resources" },
  {
    statement: { actions: ["sqs:SendMessage"], resources: ["*"] },
    says: "sqs:SendMessage can be limited",
  },
  {
    statement: { actions: ["ec2:DescribeInstances", "ec2:StopInstances"], resources: ["*"] },
    says: "ec2:StopInstances can be limited",
  },
  {
    statement: { actions: ["cloudwatch:PutMetricData"], resources: ["*"] },
    says: "cloudwatch:namespace",
  },
  { statement: { actions: ["ecs:ListServices"], resources: ["*"] }, says: "ecs:cluster" },
  ...["StringEqualsIfExists", "ForAllValues:StringEquals", "StringNotEquals", "Null"].map(
    (operator) => ({
      statement: {
        actions: ["cloudwatch:PutMetricData"],
        resources: ["*"],
        conditions: { [operator]: { "cloudwatch:namespace": "app" } },
      },
      says: "cloudwatch:namespace",
    }),
  ),
  {
    statement: {
      actions: ["cloudwatch:PutMetricData"],
      resources: ["*"],
      conditions: { StringLike: { "cloudwatch:namespace": "*" } },
    },
    says: "cloudwatch:namespace",
  },
  {
    statement: { actions: ["s3:ListAllMyBucket"], resources: ["*"] },
    says: "s3:ListAllMyBucket, which is unknown",
  },
  {
    statement: { actions: ["neverwas:DoThing"], resources: ["*"] },
    says: "neverwas:DoThing, which is unknown",
  },
  // EC2-Classic addresses have no ARN:
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
  {
    statement: { actions: ["ec2:ReleaseAddress"], resources: ["*"] },
    says: "can name a resource; name the ARNs, or give the reason",
  },
  {
    statement: { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::*"] },
    says: "means every resource",
  },
  {
    statement: { actions: ["s3:GetObject"], resources: ["arn:aws:*:::a"] },
    says: "means every resource",
  },
  { statement: { actions: ["sqs:SendMessage"], resources: ["jobs"] }, says: "not an ARN" },
  {
    statement: { actions: ["sqs:SendMessage"], resources: [null as unknown as string] },
    says: "a resource that is not a text (null); use the arn output",
  },
  {
    statement: { actions: ["sqs:SendMessage"], resources: [{ arn: "a" } as unknown as string] },
    says: "a resource that is not a text (object)",
  },
  {
    statement: { actions: ["lambda:InvokeFunction"], resources: [`${FUNCTIONS}:*`] },
    says: "covers every resource of its kind",
  },
  ...["function:*:*", "function:*:live"].map((name) => ({
    statement: {
      actions: ["lambda:InvokeFunction"],
      resources: [`arn:aws:lambda:eu-central-1:123456789012:${name}`],
    },
    says: "covers every resource of its kind",
  })),
  { statement: READ_SECRETS, says: "covers every resource of its kind" },
  {
    statement: { ...READ_SECRETS, conditions: { Bool: { "aws:SecureTransport": "true" } } },
    says: "covers every resource of its kind",
  },
  { statement: { ...READ_SECRETS, reason: " \u200b\u2060" }, says: "has an empty reason" },
  {
    statement: { ...READ_SECRETS, resources: ["*"], reason: "It lists them all." },
    says: "can be limited",
  },
  {
    statement: { actions: ["iam:PassRole"], resources: ["arn:aws:iam::123456789012:role/r"] },
    says: "iam:PassedToService",
  },
  {
    statement: {
      actions: ["iam:PassRole"],
      resources: ["arn:aws:iam::123456789012:role/r"],
      conditions: { StringEqualsIfExists: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    says: "iam:PassedToService",
  },
  {
    statement: { actions: ["sqs:SendMessage"], resources: [QUEUE], effect: "allow" },
    says: "effect",
  },
  {
    statement: { actions: ["sqs:SendMessage"], resources: [QUEUE], sid: "a b" },
    says: "sid 'a b'",
  },
  {
    statement: { actions: ["sqs:SendMessage"], resources: [QUEUE], condition: {} },
    says: "no field 'condition'",
  },
];

const allowed: Statement[] = [
  { actions: ["sqs:SendMessage"], resources: [QUEUE] },
  { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::bucket/apps/*"] },
  { actions: ["lambda:InvokeFunction"], resources: [`${FUNCTIONS}:app-*`] },
  { actions: ["ec2:DescribeInstances"], resources: ["*"] },
  {
    actions: ["cloudwatch:PutMetricData"],
    resources: ["*"],
    conditions: { StringEquals: { "cloudwatch:namespace": "app" } },
  },
  {
    actions: ["ec2:CreateNetworkInterface"],
    resources: ["arn:aws:ec2:eu-central-1:123456789012:network-interface/*"],
    conditions: { StringEquals: { "aws:RequestTag/owner": "hook" } },
  },
  {
    actions: ["iam:PassRole"],
    resources: ["arn:aws:iam::123456789012:role/task"],
    conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
  { ...READ_SECRETS, reason: "It rotates whatever secret its caller names." },
  { actions: ["neverwas:DoThing"], resources: ["*"], reason: "It is newer than the reference." },
  {
    actions: ["ec2:ReleaseAddress"],
    resources: ["*"],
    reason: "It gives back whichever address it was given.",
  },
  { actions: ["ec2:AssignIpv6Addresses"], resources: ["arn:aws:ec2:*:*:network-interface/eni-1"] },
  { effect: "Deny", actions: ["s3:*"], resources: ["*"] },
];

describe("iamPolicy", () => {
  let owner: pulumi.ComponentResource;
  before(() => {
    mockPulumi();
    owner = new pulumi.ComponentResource("test:index:Owner", "owner");
  });

  for (const { statement, says } of refused) {
    it(`refuses ${JSON.stringify(statement)}`, () => {
      const check = (): void => checkStatements([statement as Statement], owner);
      expect(check).to.throw("permissions[0]: the statement").with.property("hideStack", true);
      expect(check).to.throw(says);
    });
  }

  for (const statement of allowed) {
    it(`accepts ${JSON.stringify(statement)}`, async () => {
      checkStatements([statement], owner);
      const document = JSON.parse(await unwrap(policyDocument([statement]))) as {
        Statement: object[];
      };
      expect(document.Statement).to.have.length(1);
      expect(document.Statement[0]).not.to.have.property("reason");
    });
  }

  it("records a reason as an exception for the rules that its statement breaks, and no others", () => {
    const reason = "It rotates whatever secret its caller names.";
    const stated = { resource: "policy", reason };
    expect(
      statementExceptions([READ_SECRETS, { ...READ_SECRETS, reason }], "policy"),
    ).to.deep.equal([
      { rule: "AwsSolutions-IAM5", finding: "secretsmanager:GetSecretValue on *", ...stated },
      { rule: "CKV_AWS_287", finding: "secretsmanager:GetSecretValue on *", ...stated },
    ]);
  });

  it("names the statement by its sid", () => {
    const statement = { sid: "Send", actions: ["sqs:*"], resources: [QUEUE] };
    expect(() => checkStatements([statement], owner)).to.throw("the statement (Send) has");
  });

  it("checks a resource in an Output once it is known", async () => {
    const resources = [pulumi.output("*")];
    const statement = { actions: ["sqs:SendMessage"], resources };
    checkStatements([statement], owner);
    const error: unknown = await unwrap(policyDocument([statement], owner)).catch(
      (e: unknown) => e,
    );
    expect(error).to.be.instanceOf(pulumi.ResourceError);
    expect((error as Error).message)
      .to.contain("permissions[0]")
      .and.contain("can be limited");
  });

  it("refuses a policy above IAM's 10 240 characters", async () => {
    const resources = Array.from({ length: 250 }, (_, i) => `${QUEUE}-${i}`);
    const statement = { actions: ["sqs:SendMessage"], resources };
    const error: unknown = await unwrap(policyDocument([statement], owner)).catch(
      (e: unknown) => e,
    );
    expect((error as Error).message).to.match(/permissions: the policy has \d+ characters/);
  });

  it("accepts no Allow on '*' without a reason, except for actions without resource level", () => {
    const known = ["sts:GetCallerIdentity", "ec2:DescribeVpcs", "ecs:ListTasks", "sqs:SendMessage"];
    const action = fc.oneof(
      fc.constantFrom(...known),
      fc.stringMatching(/^[a-z]{2,5}:[A-Z][a-z]{2,9}$/),
    );
    fc.assert(
      fc.property(fc.uniqueArray(action, { minLength: 1, maxLength: 4 }), (actions) => {
        const conditions = { StringEquals: { "ecs:cluster": "c" } };
        const check = (): void =>
          checkStatements([{ actions, resources: ["*"], conditions }], owner);
        if (actions.every((one) => actionFact(one)?.level === "none")) expect(check).not.to.throw();
        else expect(check).to.throw(/can be limited|which is unknown/);
      }),
    );
  });
});
