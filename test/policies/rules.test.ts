import { expect } from "chai";
import { audit } from "../../policies/audit";
import { exceptionProblems, Exceptions } from "../../policies/exceptions";
import { type Rule, UNKNOWN } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { resource } from "./resource";

/** The rules that the project documents as mandatory, by service. */
const MANDATORY: Readonly<Record<string, string>> = {
  apigateway:
    "AwsSolutions-APIG1 AwsSolutions-APIG2 AwsSolutions-APIG4 AwsSolutions-APIG6 Serverless-APIGWDefaultThrottling " +
    "Serverless-APIGWStructuredLogging CKV_AWS_59 CKV_AWS_76 CKV_AWS_276 CKV2_AWS_4 CKV2_AWS_53 CKV_AWS_217 CKV_AWS_237 " +
    "CKV_AWS_206 CKV_AWS_308",
  lambda:
    "AwsSolutions-L1 Serverless-LambdaDefaultTimeout Serverless-LambdaDefaultMemorySize Serverless-LambdaDLQ " +
    "Serverless-LambdaAsyncFailureDestination Serverless-LambdaEventSourceMappingDestination " +
    "Serverless-LambdaEventSourceSQSVisibilityTimeout Serverless-LambdaFunctionUrlAuth Serverless-LambdaStarPermissions " +
    "CKV_AWS_45 CKV_AWS_116 CKV_AWS_258 CKV_AWS_301 CKV_AWS_363 CKV_AWS_364 CKV2_AWS_75",
  dynamodb: "AwsSolutions-DDB3 CKV_AWS_28",
  sqs: "AwsSolutions-SQS2 AwsSolutions-SQS3 AwsSolutions-SQS4 CKV_AWS_27 CKV_AWS_72 CKV_AWS_168 CKV_AWS_387",
  sns: "AwsSolutions-SNS3 Serverless-SNSRedrivePolicy CKV_AWS_26 CKV_AWS_169 CKV_AWS_385",
  iam:
    "AwsSolutions-IAM4 AwsSolutions-IAM5 CKV_AWS_60 CKV_AWS_61 CKV_AWS_62 CKV_AWS_63 CKV_AWS_355 CKV_AWS_286 CKV_AWS_287 " +
    "CKV_AWS_288 CKV_AWS_289 CKV_AWS_290 CKV_AWS_274 CKV2_AWS_56 CKV2_AWS_40",
  s3:
    "AwsSolutions-S2 AwsSolutions-S10 CKV_AWS_53 CKV_AWS_54 CKV_AWS_55 CKV_AWS_56 CKV2_AWS_6 CKV_AWS_19 CKV_AWS_20 " +
    "CKV_AWS_57 CKV_AWS_21 CKV_AWS_70 CKV_AWS_300 CKV2_AWS_61 CKV2_AWS_65",
  ecs:
    "AwsSolutions-ECS2 AwsSolutions-ECS4 AwsSolutions-ECS7 CKV_AWS_65 CKV_AWS_97 CKV_AWS_249 CKV_AWS_333 CKV_AWS_334 " +
    "CKV_AWS_335 CKV_AWS_332",
  ec2:
    "AwsSolutions-EC23 AwsSolutions-EC26 AwsSolutions-EC27 AwsSolutions-AS2 CKV_AWS_8 CKV_AWS_23 CKV_AWS_24 CKV_AWS_25 " +
    "CKV_AWS_260 CKV_AWS_277 CKV_AWS_46 CKV_AWS_79 CKV_AWS_341 CKV_AWS_88 CKV_AWS_130 CKV_AWS_315 CKV2_AWS_41 CKV2_AWS_5",
  lb: "AwsSolutions-ELB2 CKV_AWS_2 CKV_AWS_103 CKV_AWS_131 CKV_AWS_328",
  kms: "AwsSolutions-KMS5 CKV_AWS_7 CKV_AWS_33 CKV_AWS_227 CKV2_AWS_64",
  logs: "Serverless-CloudWatchLogGroupRetentionPeriod CKV_AWS_66 CKV_AWS_319 CKV2_AWS_34",
};

describe("The list of policy rules", () => {
  for (const [service, ids] of Object.entries(MANDATORY))
    it(`has every mandatory rule of ${service}`, () => {
      expect(rules.flatMap((rule) => rule.ids)).to.include.members(ids.split(" "));
    });

  it("gives each id to one rule only, in the form of cdk-nag, Checkov or this package", () => {
    const ids = rules.flatMap((rule) => rule.ids);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const id of ids)
      expect(id).to.match(
        /^(AwsSolutions-[A-Z0-9]+|(Serverless|AwsCallbacks)-[A-Za-z]+|CKV2?_AWS_\d+)$/,
      );
  });

  it("says in one sentence what is required, why and how to fix it", () => {
    for (const { ids, requires } of rules) {
      expect(requires, ids[0]).to.match(/^[A-Z][^.]*(\.\w[^.]*)*\.$/);
      expect(requires.length, ids[0]).to.be.within(40, 240);
    }
  });

  it("does not decide what only the deployment will know", () => {
    const policy = resource("aws:iam/rolePolicy:RolePolicy", "policy", { policy: UNKNOWN });
    const { violations, undecided } = audit(rules, [policy], new Exceptions());
    expect(violations).to.be.empty;
    expect(new Set(undecided.map(({ message }) => message))).to.deep.equal(
      new Set(["policy of policy is not known before the deployment"]),
    );
  });

  it("decides what does not depend on an unknown value", () => {
    const queue = resource("aws:sqs/queue:Queue", "queue", { arn: UNKNOWN, url: UNKNOWN });
    const { violations } = audit(rules, [queue], new Exceptions());
    expect(violations.map(({ rule }) => rule.ids[0])).to.have.members([
      "AwsSolutions-SQS2",
      "AwsSolutions-SQS3",
      "AwsSolutions-SQS4",
    ]);
  });
});

describe("Policy exceptions", () => {
  const problems = (policyExceptions: unknown): string[] =>
    exceptionProblems(resource("test:index:Any", "any", { policyExceptions }), rules);
  const complete = {
    rule: "AwsSolutions-SQS3",
    resource: "queue",
    reason: "It is drained by hand.",
  };

  it("need an existing rule, a resource and a reason", () => {
    expect(problems([complete])).to.be.empty;
    expect(problems(undefined)).to.be.empty;
    expect(problems([{ ...complete, reason: " " }])).to.deep.equal([
      "policyExceptions[0] needs rule, resource and a reason",
    ]);
    expect(problems([complete, { ...complete, rule: "SQS3" }])).to.deep.equal([
      "policyExceptions[1] names 'SQS3', which is not a rule",
    ]);
    expect(problems("AwsSolutions-SQS3")).to.deep.equal(["policyExceptions is not a list"]);
  });

  it("without a reason cover nothing", () => {
    const covered = (stated: object): number => {
      const component = resource("test:index:Any", "any", { policyExceptions: [stated] });
      const queue = { ...resource("aws:sqs/queue:Queue", "queue"), parent: component.urn };
      return audit(rules, [component, queue], new Exceptions()).violations.length;
    };
    expect(covered(complete)).to.equal(2);
    expect(covered({ ...complete, reason: "" })).to.equal(3);
    expect(covered({ ...complete, reason: "\u200b \u2060" })).to.equal(3);
  });

  it("compare names and findings as strings, with * for any characters", () => {
    const rule: Rule = { ids: ["X"], requires: "", types: [], check: () => [] };
    const covers = (pattern: string, name: string): boolean => {
      const exceptions = new Exceptions();
      const component = resource("test:index:Any", "any", {
        policyExceptions: [{ rule: "X", resource: pattern, reason: "r" }],
      });
      exceptions.learn(component);
      return exceptions.covers(rule, { ...resource("t", name), parent: component.urn }, "");
    };
    expect(covers("a.c", "abc")).to.equal(false);
    expect(covers("a*c", "a\nbc")).to.equal(true);
    expect(covers("a[*]", "a*")).to.equal(true);
    expect(covers("a[*]", "ab")).to.equal(false);
    expect(covers("abc", "abcd")).to.equal(false);
  });
});
