import { expect } from "chai";
import { encodeError, loadCodec, type Protocol } from "../../codec";
import { AwsError, notImplemented } from "../../core/errors";
import { parseXml } from "../../codec/formats/xmlReader";
import { Sdk } from "./wire";

const codecOf = (client: string): ReturnType<typeof loadCodec> => loadCodec(new Sdk(client).module);

describe("codec's errors", () => {
  it("have EC2's format for EC2", () => {
    const error = new AwsError(
      "InvalidInstanceID.NotFound",
      "The instance ID 'i-1' does not exist",
    );
    const { status, body } = encodeError(codecOf("ec2"), "ec2Query", error, "r-1");
    expect(status).to.equal(400);
    expect(body).to.equal(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code>' +
        "<Message>The instance ID &apos;i-1&apos; does not exist</Message></Error></Errors><RequestID>r-1</RequestID></Response>",
    );
  });

  it("name an IAM error by its query code whether thrown by code or by shape", () => {
    const iam = codecOf("iam");
    for (const code of ["NoSuchEntity", "NoSuchEntityException"]) {
      const { status, body } = encodeError(iam, "awsQuery", new AwsError(code, "no role"), "r-1");
      expect(status).to.equal(404);
      expect(
        parseXml(String(body)).children[0].children.map(({ name, text }) => [name, text]),
      ).to.deep.equal([
        ["Type", "Sender"],
        ["Code", "NoSuchEntity"],
        ["Message", "no role"],
      ]);
    }
  });

  it("contain further members in the JSON body and bound ones in headers", () => {
    const error = new AwsError("TooManyRequestsException", "Rate Exceeded.", {
      fields: { Reason: "ConcurrentInvocationLimitExceeded", retryAfterSeconds: "3" },
    });
    const { status, headers, body } = encodeError(codecOf("lambda"), "restJson", error, "r-1");
    expect(status).to.equal(429);
    expect(headers).to.include({
      "x-amzn-errortype": "TooManyRequestsException",
      "retry-after": "3",
    });
    expect(JSON.parse(String(body))).to.deep.equal({
      Type: "User",
      Reason: "ConcurrentInvocationLimitExceeded",
      message: "Rate Exceeded.",
    });
  });

  it("write the message under the name that the model gives it", () => {
    const error = new AwsError("ResourceNotFoundException", "Function not found");
    const { body } = encodeError(codecOf("lambda"), "restJson", error, "r-1");
    expect(JSON.parse(String(body))).to.deep.equal({ Type: "User", Message: "Function not found" });
  });

  it("qualify names in JSON 1.0 and leave them plain in 1.1", () => {
    const type = (client: string, protocol: Protocol, code: string): unknown => {
      const { body } = encodeError(codecOf(client), protocol, new AwsError(code, "m"), "r");
      return (JSON.parse(String(body)) as Record<string, unknown>).__type;
    };
    expect(type("dynamodb", "awsJson1_0", "ResourceNotFoundException")).to.equal(
      "com.amazonaws.dynamodb#ResourceNotFoundException",
    );
    expect(type("ssm", "awsJson1_1", "ParameterNotFound")).to.equal("ParameterNotFound");
    expect(type("ssm", "awsJson1_1", "ValidationException")).to.equal("ValidationException");
  });

  it("fall back to the protocol of the service's own client", () => {
    const { headers } = encodeError(
      codecOf("sts"),
      undefined,
      new AwsError("AccessDenied", "m"),
      "r",
    );
    expect(headers["content-type"]).to.equal("text/xml");
  });

  const statuses: readonly [client: string, code: string, status: number][] = [
    ["iam", "AccessDenied", 403],
    ["lambda", "AccessDeniedException", 403],
    ["ssm", "AccessDeniedException", 400],
    ["ec2", "UnauthorizedOperation", 403],
    ["ec2", "RequestLimitExceeded", 503],
    ["api-gateway", "UnknownOperationException", 404],
    ["ssm", "UnknownOperationException", 400],
    ["ssm", "InternalServerError", 500],
    ["kms", "KMSInternalException", 500],
    ["kms", "NotFoundException", 400],
    ["cloudwatch-logs", "ServiceUnavailableException", 500],
    ["cloudwatch", "ResourceNotFound", 404],
    ["sqs", "QueueDoesNotExist", 400],
    ["lambda", "ResourceConflictException", 409],
  ];
  for (const [client, code, status] of statuses)
    it(`give ${code} of ${client} the status ${status}`, () => {
      expect(encodeError(codecOf(client), undefined, new AwsError(code, "m"), "r").status).to.equal(
        status,
      );
    });

  it("keep the status that was thrown and survive a message that is invalid in a header", () => {
    const error = notImplemented("ssm", "Zürich\r\nInjected: 1");
    const { status, headers } = encodeError(codecOf("ssm"), undefined, error, "r");
    expect(status).to.equal(501);
    const odd = encodeError(codecOf("sqs"), "awsJson1_0", new AwsError("A\r\nB: c", "m"), "r");
    expect(JSON.stringify([headers, odd.headers])).not.to.match(/\\[rn]/);
  });
});
