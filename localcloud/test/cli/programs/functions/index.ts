// The smallest program with functions to invoke: a queue, and two functions whose code is in files that a test edits.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { counter } from "./counter";
import { greeter } from "./greeter";

const role = new aws.iam.Role("role", {
  managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    },
  }),
});

function lambda(name: string, code: string): aws.lambda.Function {
  return new aws.lambda.Function(name, {
    role: role.arn,
    runtime: "nodejs22.x",
    handler: "index.handler",
    publish: true,
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(code) }),
  });
}

const queue = new aws.sqs.Queue("queue");

export const counterFunctionName = lambda("counter", counter).name;
export const greeterFunctionName = lambda("greeter", greeter).name;
export const queueUrl = queue.url;
export const password = pulumi.secret("hunter2");
