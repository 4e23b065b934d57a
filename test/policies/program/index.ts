// Mistakes that the policy pack must refuse: at preview if the inputs show them, at `pulumi up` if only AWS's outputs
// do.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

class Unreasoned extends pulumi.ComponentResource {
  constructor(name: string) {
    const exception = { rule: "AwsSolutions-SQS2", resource: name, reason: "" };
    super("test:index:Unreasoned", name, { policyExceptions: [exception] });
  }
}

if (process.env.MISTAKE === "queue")
  new aws.sqs.Queue("jobs", { sqsManagedSseEnabled: false, redrivePolicy: "{}" });

if (process.env.MISTAKE === "policy") {
  const parameter = new aws.ssm.Parameter("parameter", { type: "SecureString", value: "1" });
  const role = new aws.iam.Role("role", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
  });
  const statement = { Effect: "Allow", Action: "ssm:GetParameter", Resource: [parameter.arn, "*"] };
  const policy = pulumi.jsonStringify({ Version: "2012-10-17", Statement: statement });
  new aws.iam.RolePolicy("wide", { role: role.name, policy });
}

if (process.env.MISTAKE === "exception") new Unreasoned("unreasoned");
