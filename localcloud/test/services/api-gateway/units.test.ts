import { expect } from "chai";
import {
  remapResponseHeaders,
  sendableHeaders,
  type Headers,
} from "../../../services/api-gateway/dataPlane/headers";
import * as fc from "fast-check";
import {
  lambdaFunctionArn,
  parseAwsUri,
  renderStageVariables,
  splitFunctionArn,
} from "../../../services/api-gateway/model/integrationUri";
import { compileJavaRegex } from "../../../services/api-gateway/model/javaRegex";
import { formatAccessLog } from "../../../services/api-gateway/dataPlane/logging/accessLog";
import { ExecutionLog } from "../../../services/api-gateway/dataPlane/logging/executionLog";
import { parseProxyResult } from "../../../services/api-gateway/dataPlane/integrations/proxyResult";
import { parseQuery } from "../../../services/api-gateway/dataPlane/requestData";
import { Router } from "../../../services/api-gateway/dataPlane/router";
import { TokenBuckets } from "../../../services/api-gateway/dataPlane/tokenBucket";

describe("API Gateway parts", () => {
  it("match Java expressions against the whole text", () => {
    expect(compileJavaRegex("4\\d{2}").test("404")).to.equal(true);
    expect(compileJavaRegex("4\\d{2}").test("4040")).to.equal(false);
    expect(compileJavaRegex("a|b").test("ab")).to.equal(false);
    expect(compileJavaRegex("(\\n|.)+").test("")).to.equal(false);
    expect(compileJavaRegex(".*x.*").test("a\nx")).to.equal(false);
    expect(compileJavaRegex("(?i)ERROR.*").test("error: 1")).to.equal(true);
  });

  it("parse integration URIs, with or without stage variables and qualifier", () => {
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}:\${stageVariables.a}/invocations`;
    const parsed = parseAwsUri(renderStageVariables(uri, { a: "LIVE" }));
    const found = parsed && lambdaFunctionArn(parsed);
    expect(found).to.equal(`${arn}:LIVE`);
    expect(splitFunctionArn(String(found))).to.deep.equal({ functionName: arn, qualifier: "LIVE" });
    expect(parseAwsUri("arn:aws:apigateway:eu-west-1:sqs:path/1/queue?x=1")).to.deep.equal({
      region: "eu-west-1",
      service: "sqs",
      kind: "path",
      target: "1/queue?x=1",
    });
    expect(parseAwsUri("arn:aws:apigateway:us-east-1:dynamodb:PutItem")).to.equal(undefined);
  });

  it("split queries at ampersands and semicolons and never crash on them", () => {
    expect(parseQuery("a=1;b=2&a=3&__proto__=x&%")).to.deep.include({ a: ["1", "3"], b: ["2"] });
    fc.assert(fc.property(fc.string(), (text) => typeof parseQuery(text) === "object"));
  });

  it("find the same resource for every equivalent spelling", () => {
    const method = { httpMethod: "GET" };
    const router = new Router(
      ["/", "/users/{id}", "/users/me"].map((path) => ({
        id: path,
        path,
        methods: { GET: method },
      })),
    );
    const find = (path: string): string | undefined => router.find("GET", path)?.resource.path;
    expect(["/", "/users/me", "/users/me/", "/users/m%65", "/users/x"].map(find)).to.deep.equal([
      "/",
      "/users/me",
      "/users/me",
      "/users/me",
      "/users/{id}",
    ]);
    expect([find("/users"), find("/users//"), find("/users/x/y"), find("/%E0%A4%A")]).to.deep.equal(
      [undefined, undefined, undefined, undefined],
    );
    fc.assert(
      fc.property(fc.webSegment(), (segment) => {
        fc.pre(segment !== "");
        expect(router.find("GET", `/users/${segment}`)).to.not.equal(undefined);
      }),
    );
  });

  it("accept exactly the documented results of proxy functions", () => {
    expect(parseProxyResult("{}")).to.include({
      statusCode: 200,
      body: "",
      isBase64Encoded: false,
    });
    expect(parseProxyResult('{"statusCode":99}')).to.equal(undefined);
    fc.assert(
      fc.property(fc.json(), (text) => {
        const result = parseProxyResult(text);
        if (result) expect(result.body).to.be.a("string");
      }),
    );
  });

  it("never provide more tokens than burst plus rate allow", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 100 }),
        (rateLimit, burstLimit, gaps) => {
          const buckets = new TokenBuckets();
          let now = 0;
          let taken = 0;
          for (const gap of gaps) {
            now += gap;
            if (buckets.take("k", { rateLimit, burstLimit }, now)) taken += 1;
          }
          expect(taken).to.be.at.most(burstLimit + (now / 1000) * rateLimit + 1e-6);
        },
      ),
    );
  });

  it("cut long log events at a character", () => {
    const log = new ExecutionLog("id");
    log.enable("INFO", false);
    log.info("é".repeat(2000));
    const [line] = log.lines;
    expect(Buffer.byteLength(line)).to.be.at.most(1024);
    expect(line).to.match(/é \[TRUNCATED\]$/);
  });

  it("print braces and dashes in access logs as they are", () => {
    const context = { requestId: "r", identity: { sourceIp: "1" } };
    // Only the variables in the format are read.
    const format = (text: string) => formatAccessLog(text, context as never);
    expect(format('{"a":$context.requestId}')).to.equal('{"a":r}');
    expect(format("${context.identity.sourceIp}-$context.x.y")).to.equal("1--");
  });
});

describe("the headers of an answer", () => {
  it("keep one with the name of an object's own member, as a function may return it", () => {
    const headers = JSON.parse('{"__proto__": "a", "Via": ["b\\n"], "Date": "c"}') as Headers;
    expect(sendableHeaders(remapResponseHeaders(headers, "AWS_PROXY"))).to.deep.equal([
      ["__proto__", "a"],
      ["Via", ["b"]],
      ["x-amzn-Remapped-Date", "c"],
    ]);
  });
});
