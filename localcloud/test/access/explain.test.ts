import { expect } from "chai";
import { servicePrincipal } from "../../core/principal";
import type { DecisionReason } from "../../core/decision";
import { denialMessage } from "../../access/explain";
import { PRINCIPALS } from "./policyCase";

const ROLE = "User: arn:aws:sts::123456789012:assumed-role/app/one is not authorized to perform: ";

describe("denialMessage", () => {
  const check = {
    action: "ecs:UpdateService",
    resource: "arn:aws:ecs:us-east-1:123456789012:service/main/web",
  };
  const on = `ecs:UpdateService on resource: ${check.resource} `;

  const implicit: [DecisionReason, string][] = [
    ["identityPolicy", "no identity-based policy"],
    ["resourcePolicy", "no resource-based policy"],
    ["permissionsBoundary", "no permissions boundary"],
    ["sessionPolicy", "no session policy"],
  ];
  for (const [reason, words] of implicit)
    it(`says that ${words} allows the action`, () => {
      expect(
        denialMessage(PRINCIPALS.role, check, { result: "implicitlyDenied", reason }),
      ).to.equal(`${ROLE}${on}because ${words} allows the ecs:UpdateService action`);
    });

  const explicit: [DecisionReason, string][] = [
    ["identityPolicy", "an identity-based policy"],
    ["resourcePolicy", "a resource-based policy"],
    ["permissionsBoundary", "a permissions boundary"],
    ["sessionPolicy", "a session policy"],
  ];
  for (const [reason, words] of explicit)
    it(`says that ${words} denies explicitly`, () => {
      expect(
        denialMessage(PRINCIPALS.role, check, { result: "explicitlyDenied", reason }),
      ).to.equal(`${ROLE}${on}with an explicit deny in ${words}`);
    });

  const texts: [name: string, action: string, resource: string, text: string][] = [
    [
      "prints a lone star of ECS",
      "ecs:ListClusters",
      "*",
      "ecs:ListClusters on resource: * because",
    ],
    [
      "leaves the resource out for EC2 and Auto Scaling",
      "autoscaling:DescribePolicies",
      "*",
      "autoscaling:DescribePolicies because",
    ],
    [
      "prints actions of SQS in lower case",
      "sqs:SendMessage",
      "arn:aws:sqs:us-east-1:123456789012:q",
      "sqs:sendmessage on resource: arn:aws:sqs:us-east-1:123456789012:q because no identity-based policy allows the sqs:sendmessage action",
    ],
    [
      "prints the prefix of SNS in upper case",
      "sns:Publish",
      "arn:aws:sns:us-east-1:123456789012:t",
      "SNS:Publish on resource: arn:aws:sns:us-east-1:123456789012:t because",
    ],
    [
      "names an existing role by its name",
      "iam:GetRole",
      "arn:aws:iam::123456789012:role/path/web",
      "iam:GetRole on resource: role web because",
    ],
    [
      "names a policy by its ARN",
      "iam:GetPolicy",
      "arn:aws:iam::123456789012:policy/p",
      "iam:GetPolicy on resource: policy arn:aws:iam::123456789012:policy/p because",
    ],
    [
      "prints the ARN of a role that is passed",
      "iam:PassRole",
      "arn:aws:iam::123456789012:role/web",
      "iam:PassRole on resource: arn:aws:iam::123456789012:role/web because",
    ],
  ];
  for (const [name, action, resource, text] of texts)
    it(name, () => {
      const decision = { result: "implicitlyDenied", reason: "identityPolicy" } as const;
      expect(denialMessage(PRINCIPALS.role, { action, resource }, decision)).to.satisfy(
        (message: string) => message.startsWith(ROLE + text),
      );
    });

  it("starts with EC2's own sentence", () => {
    const decision = { result: "implicitlyDenied", reason: "identityPolicy" } as const;
    expect(
      denialMessage(PRINCIPALS.user, { action: "ec2:DescribeSubnets", resource: "*" }, decision),
    ).to.equal(
      "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/alice " +
        "is not authorized to perform: ec2:DescribeSubnets because no identity-based policy allows the ec2:DescribeSubnets action",
    );
  });

  it("names the role trust policy without the role", () => {
    const assume = { action: "sts:AssumeRole", resource: "arn:aws:iam::123456789012:role/r" };
    const lambda = servicePrincipal("lambda.amazonaws.com");
    expect(
      denialMessage(lambda, assume, { result: "implicitlyDenied", reason: "trustPolicy" }),
    ).to.equal(
      "User: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole " +
        "because no role trust policy allows the sts:AssumeRole action",
    );
    expect(
      denialMessage(lambda, assume, { result: "explicitlyDenied", reason: "trustPolicy" }),
    ).to.match(/sts:AssumeRole with an explicit deny in the role trust policy$/);
  });
});
