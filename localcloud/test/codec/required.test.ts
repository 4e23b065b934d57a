import { expect } from "chai";
import { decodeRequest, inputCheck, loadCodec, type ServiceCodec } from "../../codec";
import { AwsError } from "../../core/errors";
import type { WireRequest } from "../../core/service";
import { post, Sdk } from "./wire";

const form = (body: string): WireRequest =>
  post(body, { "content-type": "application/x-www-form-urlencoded" });
const json = (target: string, body: string): WireRequest =>
  post(body, { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" });

/** Returns the input of a request after it was read and checked, as the cloud does. */
function checked(codec: ServiceCodec, request: WireRequest): object | undefined {
  const call = decodeRequest(codec, request);
  const model = codec.operations.get(call?.operation ?? "");
  if (call && model) inputCheck(codec, model)(call.input);
  return call?.input;
}

describe("codec facing an input without a required member", () => {
  const cases: readonly [client: string, WireRequest, code: string, message: string][] = [
    [
      "ssm",
      json("AmazonSSM.PutParameter", '{"Value":"x"}'),
      "ValidationException",
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    ],
    [
      "ssm",
      json("AmazonSSM.PutParameter", '{"Name":null,"Tags":[{"Key":"k"}]}'),
      "ValidationException",
      "3 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'value' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
    ],
    [
      "cloudwatch-logs",
      json("Logs_20140328.CreateLogGroup", ""),
      "InvalidParameterException",
      "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null",
    ],
    [
      "iam",
      form("Action=CreateRole&RoleName=x"),
      "ValidationError",
      "1 validation error detected: Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null",
    ],
    [
      "lambda",
      post('{"FunctionName":"f","Code":{}}', {}, "/2015-03-31/functions"),
      "ValidationException",
      "1 validation error detected: Value null at 'role' failed to satisfy constraint: Member must not be null",
    ],
    [
      "api-gateway",
      post("{}", {}, "/restapis"),
      "ValidationException",
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    ],
    [
      "sqs",
      json("AmazonSQS.SendMessage", '{"QueueUrl":"q"}'),
      "MissingParameter",
      "The request must contain the parameter MessageBody.",
    ],
    [
      "sqs",
      form("Action=SendMessage&QueueUrl=q"),
      "MissingParameter",
      "The request must contain the parameter MessageBody.",
    ],
    [
      "cloudwatch",
      json("GraniteServiceVersion20100801.PutMetricData", '{"Namespace":"n","MetricData":[{}]}'),
      "MissingParameter",
      "The parameter MetricData.member.1.MetricName is required.",
    ],
    [
      "ec2",
      form("Action=RunInstances&MinCount=1"),
      "MissingParameter",
      "The request must contain the parameter MaxCount",
    ],
    [
      "ec2",
      form(
        "Action=RunInstances&MinCount=1&MaxCount=1&LicenseSpecification.1.X=y&ElasticGpuSpecification.1.X=y",
      ),
      "MissingParameter",
      "The request must contain the parameter ElasticGpuSpecification.1.Type",
    ],
  ];
  for (const [client, request, code, message] of cases)
    it(`refuses ${client}'s request with ${code}: ${message.slice(0, 70)}`, () => {
      const codec = loadCodec(new Sdk(client).module);
      expect(() => checked(codec, request))
        .to.throw(AwsError, message)
        .with.property("code", code);
    });

  it("accepts an empty list and an empty string for a required member", () => {
    const codec = loadCodec(new Sdk("ssm").module);
    expect(checked(codec, json("AmazonSSM.GetParameters", '{"Names":[]}'))).to.deep.equal({
      Names: [],
    });
    expect(checked(codec, json("AmazonSSM.GetParameter", '{"Name":""}'))).to.deep.equal({
      Name: "",
    });
  });
});
