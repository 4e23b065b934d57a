import { expect } from "chai";
import { decodeRequest, encodeResult, loadCodec } from "../../codec";
import type { WireRequest } from "../../core/service";
import { post, Sdk } from "./wire";

const lambda = loadCodec(new Sdk("lambda").module);
const apiGateway = loadCodec(new Sdk("api-gateway").module);

function request(line: string, body = "", headers: Record<string, string> = {}): WireRequest {
  const [method, path] = line.split(" ");
  return { ...post(body, headers, path), method };
}

describe("codec's REST routes", () => {
  const routes: readonly [line: string, operation: string | undefined][] = [
    ["GET /2015-03-31/functions/", "ListFunctions"],
    ["GET /2015-03-31/functions", "ListFunctions"],
    ["GET /2015-03-31/functions/f", "GetFunction"],
    ["GET /2015-03-31/functions/f/configuration", "GetFunctionConfiguration"],
    ["DELETE /2015-03-31/functions/f", "DeleteFunction"],
    ["PATCH /2015-03-31/functions/f", undefined],
    ["GET /2015-03-31/functions/f/nonsense", undefined],
    ["GET /2018-10-31/layers?find=LayerVersion&Arn=a", "GetLayerVersionByArn"],
    ["GET /2018-10-31/layers", "ListLayers"],
  ];
  for (const [line, operation] of routes)
    it(`match ${line} to ${operation ?? "no operation"}`, () => {
      expect(decodeRequest(lambda, request(line))?.operation).to.equal(operation);
    });

  it("distinguish operations by a query that one of them requires", () => {
    expect(
      decodeRequest(apiGateway, request("POST /restapis", '{"name":"a"}'))?.operation,
    ).to.equal("CreateRestApi");
    const imported = decodeRequest(
      apiGateway,
      request("POST /restapis?mode=import&basepath=prepend&x=1", "swagger"),
    );
    expect(imported?.operation).to.equal("ImportRestApi");
    expect(imported?.input).to.deep.equal({
      body: new Uint8Array(Buffer.from("swagger")),
      parameters: { basepath: "prepend", x: "1" },
    });
  });

  it("decode an ARN in a label and keep a plus sign", () => {
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:a+b";
    const call = decodeRequest(
      lambda,
      request(`GET /2015-03-31/functions/${encodeURIComponent(arn)}`),
    );
    expect(call?.input).to.deep.equal({ FunctionName: arn });
    expect(
      decodeRequest(lambda, request("GET /2015-03-31/functions/a+b"))?.input.FunctionName,
    ).to.equal("a+b");
  });

  it("read lists and times from the query", () => {
    const call = decodeRequest(
      apiGateway,
      request("DELETE /tags/arn%3Aaws%3Aapigateway?tagKeys=a&tagKeys=b%20c"),
    );
    expect(call?.input).to.deep.equal({ resourceArn: "arn:aws:apigateway", tagKeys: ["a", "b c"] });
  });
});

describe("codec's REST bodies", () => {
  it("pass a payload through unchanged, with its headers", () => {
    const call = decodeRequest(
      lambda,
      request("POST /2015-03-31/functions/f/invocations?Qualifier=1", "not json", {
        "x-amz-invocation-type": "Event",
      }),
    );
    expect(call).to.deep.equal({
      operation: "Invoke",
      protocol: "restJson",
      input: {
        FunctionName: "f",
        InvocationType: "Event",
        Qualifier: "1",
        Payload: new Uint8Array(Buffer.from("not json")),
      },
    });
  });

  it("set the status and headers of bound members", () => {
    const output = { StatusCode: 202, FunctionError: "Unhandled", Payload: Buffer.from("{}") };
    const { status, headers, body } = encodeResult(
      lambda,
      { operation: "Invoke", protocol: "restJson" },
      output,
      "r-1",
    );
    expect(status).to.equal(202);
    expect(headers).to.include({ "x-amz-function-error": "Unhandled", "x-amzn-requestid": "r-1" });
    expect(Buffer.from(body).toString()).to.equal("{}");
  });

  it("have no body and no content type for a route with 204", () => {
    const call = { operation: "DeleteAlias", protocol: "restJson" } as const;
    const { status, headers, body } = encodeResult(lambda, call, {}, "r-1");
    expect({ status, body }).to.deep.equal({ status: 204, body: "" });
    expect(headers).not.to.have.property("content-type");
  });

  it("write numbers that JSON lacks like Smithy, and read them back", () => {
    const cloudwatch = loadCodec(new Sdk("cloudwatch").module);
    const target = "GraniteServiceVersion20100801.PutMetricData";
    const body =
      '{"Namespace":"n","MetricData":[{"MetricName":"m","Value":"NaN"},{"MetricName":"m","Value":"-Infinity"}]}';
    const call = decodeRequest(cloudwatch, post(body, { "x-amz-target": target }));
    expect(call?.input.MetricData).to.deep.equal([
      { MetricName: "m", Value: NaN },
      { MetricName: "m", Value: -Infinity },
    ]);
    const output = { MetricAlarms: [{ Threshold: Infinity }] };
    const sent = encodeResult(
      cloudwatch,
      { operation: "DescribeAlarms", protocol: "awsJson1_0" },
      output,
      "r",
    );
    expect(sent.body).to.equal('{"MetricAlarms":[{"Threshold":"Infinity"}]}');
  });

  it("decompress a compressed request", async () => {
    const sdk = new Sdk("cloudwatch");
    const codec = loadCodec(sdk.module);
    const metrics = Array.from({ length: 300 }, (_, index) => ({
      MetricName: `metric-${index}`,
      Value: index,
    }));
    let encoding: string | undefined;
    let input: unknown;
    const client = sdk.client((wire) => {
      encoding = wire.headers["content-encoding"];
      input = decodeRequest(codec, wire)?.input;
      return encodeResult(codec, { operation: "PutMetricData", protocol: "awsJson1_0" }, {}, "r");
    });
    await client.send(sdk.command("PutMetricData", { Namespace: "n", MetricData: metrics }));
    client.destroy();
    expect(encoding).to.equal("gzip");
    expect(input).to.deep.equal({ Namespace: "n", MetricData: metrics });
  });
});
