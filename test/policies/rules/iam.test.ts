import type { PolicyResource } from "../../../policies/rule";
import { iamRules } from "../../../policies/rules/iam";
import { describeRules, resource } from "../resource";

const ROLE = "aws:iam/role:Role";
const account = "123456789012";

const document = (...statements: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const policy = (statement: object): PolicyResource =>
  resource("aws:iam/rolePolicy:RolePolicy", "policy", {
    policy: document({ Effect: "Allow", ...statement }),
  });
const granting = (action: string | string[], arn: string | string[], more = {}): PolicyResource =>
  policy({ Action: action, Resource: arn, ...more });
const trusting = (statement: object): PolicyResource =>
  resource(ROLE, "role", {
    assumeRolePolicy: document({ Effect: "Allow", Action: "sts:AssumeRole", ...statement }),
  });
const attaching = (policyArn: string): PolicyResource =>
  resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attachment", { policyArn });
const inline = (statement: object): PolicyResource =>
  resource(ROLE, "role", {
    inlinePolicies: [{ policy: document({ Effect: "Allow", ...statement }) }],
  });

const table = `arn:aws:dynamodb:eu-central-1:${account}:table/comments`;
const passRole = `arn:aws:iam::${account}:role/task`;

/** Returns the ARN of `service:name`, anywhere in the account. */
const all = (resourceName: string): string => {
  const [service, ...name] = resourceName.split(":");
  return `arn:aws:${service}:eu-central-1:${account}:${name.join(":")}`;
};

/** ARNs of all resources of a kind, in several notations. */
const WHOLE_KINDS: [action: string, arn: string][] = [
  ["secretsmanager:GetSecretValue", all("secretsmanager:secret:*")],
  ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:*"],
  ["states:StartExecution", all("states:stateMachine:*")],
  ["lambda:InvokeFunction", all("lambda:function:*:*")],
  ["lambda:InvokeFunction", all("lambda:function:*:live")],
  ["ssm:PutParameter", all("ssm:parameter/*/*")],
  ["ssm:PutParameter", all("ssm:parameter*")],
  ["dynamodb:Query", all("dynamodb:table/*/index/*")],
  ["dynamodb:Query", all("dynamodb:table/?*")],
  ["ecs:UpdateService", all("ecs:service/*/*")],
  ["ecs:RegisterTaskDefinition", all("ecs:task-definition/*:*")],
  ["logs:PutLogEvents", all("logs:log-group:*:log-stream:web")],
  ["events:PutRule", all("events:rule/*")],
  ["apigateway:PATCH", "arn:aws:apigateway:eu-central-1::/restapis/*/stages/*"],
  ["elasticloadbalancing:DeleteLoadBalancer", all("elasticloadbalancing:loadbalancer/app/*/*")],
  [
    "autoscaling:DeleteAutoScalingGroup",
    all("autoscaling:autoScalingGroup:*:autoScalingGroupName/*"),
  ],
  ["s3:GetObject", "arn:aws:s3:::*/apps/*"],
  ["sqs:SendMessage", all("sqs:*")],
];

/** A name, or a part of one. */
const NAMED: [action: string, arn: string][] = [
  ["secretsmanager:GetSecretValue", all("secretsmanager:secret:db-*")],
  ["lambda:InvokeFunction", all("lambda:function:web:*")],
  ["dynamodb:Query", all("dynamodb:table/comments/index/*")],
  ["ssm:GetParameter", all("ssm:parameter/shop/*")],
  ["ecs:UpdateService", all("ecs:service/main/*")],
  ["ecs:UpdateService", all("ecs:service/*/web")],
  ["logs:PutLogEvents", all("logs:log-group:/aws/lambda/web:*")],
  [
    "autoscaling:DeleteAutoScalingGroup",
    all("autoscaling:autoScalingGroup:*:autoScalingGroupName/web"),
  ],
  ["sqs:SendMessage", all("sqs:jobs-*")],
];

/** Conditions that every real request meets, that no choice of a resource can fail, or that anything meets. */
const IDLE_CONDITIONS = [
  { Bool: { "aws:SecureTransport": "true" } },
  { Bool: { "aws:MultiFactorAuthPresent": "true" } },
  { StringEquals: { "aws:ResourceAccount": account } },
  { StringLike: { "aws:ResourceTag/owner": "*" } },
  { StringNotEquals: { "aws:ResourceTag/owner": "shop" } },
  { StringEqualsIfExists: { "aws:ResourceTag/owner": "shop" } },
  { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "shop" } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*" } },
  { StringLike: { "aws:PrincipalArn": "*:role/*" } },
  { StringLike: { "aws:SourceVpce": "vpce-*" } },
  { StringLike: { "aws:SourceVpc": "vpc-?*" } },
];

const NARROWING_CONDITIONS = [
  { StringEquals: { "aws:ResourceTag/owner": "shop" } },
  { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/deploy-*` } },
  { StringEquals: { "aws:PrincipalTag/team": "shop" } },
];

describeRules("IAM", iamRules, {
  "AwsSolutions-IAM5": {
    red: [
      { graph: [granting("dynamodb:GetItem", "*")], says: "dynamodb:GetItem on *" },
      {
        graph: [granting(["ec2:DescribeVpcs", "ec2:CreateTags"], "*")],
        says: "ec2:CreateTags on *",
      },
      { graph: [granting("ecs:ListTasks", "*")], says: "ecs:ListTasks on *" },
      ...[
        { ArnEqualsIfExists: { "ecs:cluster": "arn" } },
        { ArnLike: { "ecs:cluster": ["arn", "*"] } },
        { ArnNotEquals: { "ecs:cluster": "arn" } },
      ].map((Condition) => ({
        graph: [granting("ecs:ListTasks", "*", { Condition })],
        says: "ecs:ListTasks on *",
      })),
      { graph: [granting("sts:NeverWas", "*")], says: "sts:NeverWas on *" },
      {
        graph: [granting("dynamodb:GetItem", `arn:aws:dynamodb:eu-central-1:${account}:table/*`)],
        says: "table/*",
      },
      { graph: [granting("s3:GetObject", "arn:aws:s3:::*")], says: "arn:aws:s3:::*" },
      { graph: [granting("s3:GetObject", "arn:aws:*:::bucket")], says: "arn:aws:*:::bucket" },
      { graph: [inline({ Action: "dynamodb:GetItem", Resource: "*" })], says: "on *" },
      ...WHOLE_KINDS.map(([action, arn]) => ({ graph: [granting(action, arn)], says: arn })),
      ...IDLE_CONDITIONS.map((Condition) => ({
        graph: [granting("dynamodb:DeleteTable", all("dynamodb:table/*"), { Condition })],
        says: "table/*",
      })),
      { graph: [policy({ NotAction: "iam:*", Resource: table })], says: "NotAction" },
      { graph: [policy({ Action: "s3:GetObject", NotResource: table })], says: "NotResource" },
    ],
    green: [
      [granting("dynamodb:GetItem", table)],
      [granting("s3:GetObject", "arn:aws:s3:::uploads/*")],
      ...NAMED.map(([action, arn]) => [granting(action, arn)]),
      ...NARROWING_CONDITIONS.map((Condition) => [
        granting("dynamodb:DeleteTable", all("dynamodb:table/*"), { Condition }),
      ]),
      [granting("ec2:DescribeVpcs", "*")],
      [granting(["sts:GetCallerIdentity", "SQS:listqueues", "ce:GetCostAndUsage"], "*")],
      [granting("ecs:ListTasks", "*", { Condition: { ArnEquals: { "ecs:Cluster": "arn" } } })],
      [policy({ Effect: "Deny", Action: "ec2:CreateTags", Resource: "*" })],
      [resource(ROLE, "role", {})],
    ],
  },
  CKV_AWS_63: {
    red: [
      { graph: [granting("*", table)], says: "it allows *" },
      { graph: [granting(["sqs:SendMessage", "dynamodb:*"], table)], says: "it allows dynamodb:*" },
      { graph: [granting("dynamodb:Get*", table)], says: "it allows dynamodb:Get*" },
    ],
    green: [[granting("dynamodb:GetItem", table)], [policy({ Effect: "Deny", Action: "*" })]],
  },
  "AwsSolutions-IAM4": {
    red: [
      {
        graph: [attaching("arn:aws:iam::aws:policy/AdministratorAccess")],
        says: "AdministratorAccess",
      },
      {
        graph: [
          resource(ROLE, "role", {
            managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
          }),
        ],
        says: "AWSLambdaBasicExecutionRole",
      },
    ],
    green: [[attaching(`arn:aws:iam::${account}:policy/own`)], [resource(ROLE, "role")]],
  },
  CKV_AWS_60: {
    red: [
      { graph: [trusting({ Principal: "*" })], says: "AWS principal * may assume it" },
      { graph: [trusting({ Principal: { Service: "*" } })], says: "Service principal *" },
      {
        graph: [trusting({ Principal: { AWS: "arn:aws:iam::999999999999:root" } })],
        says: "999999999999:root",
      },
      { graph: [trusting({ NotPrincipal: { AWS: "999999999999" } })], says: "everyone but" },
      { graph: [trusting({ Principal: { AWS: "arn:aws:iam::*:root" } })], says: "arn:aws:iam::*" },
      ...[
        { StringEqualsIfExists: { "sts:ExternalId": "x" } },
        { "ForAllValues:StringEquals": { "sts:TransitiveTagKeys": "x" } },
        { StringLike: { "sts:ExternalId": "*" } },
        { StringNotEquals: { "sts:ExternalId": "x" } },
        { BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } },
      ].map((Condition) => ({
        graph: [trusting({ Principal: { AWS: "999999999999" }, Condition })],
        says: "999999999999",
      })),
    ],
    green: [
      [trusting({ Principal: { Service: "lambda.amazonaws.com" } })],
      [
        trusting({
          Principal: { AWS: "999999999999" },
          Condition: { StringEquals: { "sts:ExternalId": "x" } },
        }),
      ],
      [
        trusting({
          Principal: { AWS: "999999999999" },
          Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
        }),
      ],
    ],
  },
  CKV_AWS_286: {
    red: [
      { graph: [granting("iam:AttachRolePolicy", "*")], says: "iam:AttachRolePolicy on *" },
      { graph: [granting("iam:PassRole", passRole)], says: "iam:PassRole on" },
      {
        graph: [
          granting("iam:PassRole", passRole, {
            Condition: {
              StringEqualsIfExists: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
            },
          }),
        ],
        says: "iam:PassRole on",
      },
      { graph: [granting("iam:Put*", `arn:aws:iam::${account}:role/*`)], says: "iam:Put* on" },
    ],
    green: [
      [granting("iam:AttachRolePolicy", passRole)],
      [
        granting("iam:PassRole", passRole, {
          Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        }),
      ],
    ],
  },
  CKV_AWS_287: {
    red: [
      {
        graph: [granting("secretsmanager:GetSecretValue", "*")],
        says: "GetSecretValue on everything",
      },
      { graph: [granting("ssm:Get*", "*")], says: "ssm:Get* on everything" },
      {
        graph: [granting("secretsmanager:GetSecretValue", all("secretsmanager:secret:*"))],
        says: "secret:*",
      },
      { graph: [granting("ssm:GetParameter", all("ssm:parameter/*/*"))], says: "parameter/*/*" },
    ],
    green: [[granting("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:::secret:db")]],
  },
});
