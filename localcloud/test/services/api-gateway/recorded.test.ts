import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { rootPrincipal } from "../../../core/principal";
import type { ServiceDefinition } from "../../../core/service";
import { sqs } from "../../../services/sqs";
import { ssm } from "../../../services/ssm";
import { ACCOUNT, mock, REGION, startGateway, TestApi, type Gateway } from "./gateway";
import { createRole } from "./roles";

const SEND = "Action=SendMessage&MessageBody=$util.urlEncode($input.body)";
const FORM = "'application/x-www-form-urlencoded'";

/** Behaviour that was recorded from API Gateway itself, or is in its documentation. */
describe("API Gateway, as recorded", () => {
  let gateway: Gateway;
  let api: TestApi;

  beforeEach(async () => {
    gateway = await startGateway([sqs, ssm] as unknown as ServiceDefinition<never>[]);
    api = await TestApi.create(gateway);
  });
  afterEach(() => gateway.close());

  // https://github.com/localstack/localstack/blob/main/tests/aws/services/apigateway/test_apigateway_integrations.py
  describe("overrides in the request template of a MOCK integration", () => {
    const overriding = async (template: string, answer?: string): Promise<Response> => {
      await api.method("GET /", {
        integration: { type: "MOCK", requestTemplates: { "application/json": template } },
        responses: {
          "200": answer === undefined ? {} : { responseTemplates: { "application/json": answer } },
        },
      });
      await api.deploy();
      return api.fetch("/?foo=1");
    };

    it("set the status, without a response template, too", async () => {
      const response = await overriding(
        `#set($context.responseOverride.status = 444){"statusCode": 200}`,
      );
      expect(response.status).to.equal(444);
    });

    it("set a header", async () => {
      const response = await overriding(
        `#set($context.responseOverride.header.foo = "bar"){"statusCode": 200}`,
        "{}",
      );
      expect([response.status, response.headers.get("foo")]).to.deep.equal([200, "bar"]);
    });

    it("are read in the response template", async () => {
      const response = await overriding(
        `#set($context.requestOverride.querystring["foo"] = "bar"){"statusCode": 200}`,
        `{"foo": "$context.requestOverride.querystring['foo']", "none": "$context.requestOverride.header.x"}`,
      );
      expect(await response.json()).to.deep.equal({ foo: "bar", none: "" });
    });

    it("can set members without a meaning", async () => {
      const response = await overriding(
        `#set($context.requestOverride.nothing = "x")#set($context.responseOverride.other = 1){"statusCode": 200}`,
        `{"is": "$context.requestOverride.nothing"}`,
      );
      expect(await response.json()).to.deep.equal({ is: "x" });
    });

    it("affect only one request", async () => {
      await overriding(
        `#if($input.params('foo') == "1")#set($context.responseOverride.status = 444)#end{"statusCode": 200}`,
      );
      expect((await api.fetch("/?foo=2")).status).to.equal(200);
    });
  });

  describe("an action of SQS or SSM", () => {
    const call = async (
      uri: string,
      body: string,
      header: Record<string, string> = {},
      selectionPattern?: string,
    ): Promise<Response> => {
      const principal = rootPrincipal(ACCOUNT);
      await gateway.cloud.call({
        service: "sqs",
        operation: "CreateQueue",
        input: { QueueName: "jobs" },
        principal,
      });
      await gateway.cloud.call({
        service: "ssm",
        operation: "PutParameter",
        input: { Name: "name", Value: "value", Type: "String" },
        principal,
      });
      const credentials = await createRole(gateway, "caller", [
        { Action: ["sqs:*", "ssm:*"], Resource: "*" },
      ]);
      await api.method("POST /", {
        integration: {
          type: "AWS",
          httpMethod: "POST",
          uri: `arn:aws:apigateway:${REGION}:${uri}`,
          credentials,
          requestTemplates: { "application/json": body },
          requestParameters: Object.fromEntries(
            Object.entries(header).map(([name, value]) => [
              `integration.request.header.${name}`,
              value,
            ]),
          ),
        },
        responses: { "200": { selectionPattern } },
      });
      await api.deploy();
      return api.fetch("/", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"a":1}',
      });
    };

    // https://github.com/localstack/localstack/blob/main/tests/aws/services/apigateway/test_apigateway_sqs.py
    it("responds to a form in JSON", async () => {
      const response = await call(`sqs:path/${ACCOUNT}/jobs`, SEND, { "Content-Type": FORM });
      const answer = (await response.json()) as Record<string, Record<string, object>>;
      expect(answer.SendMessageResponse.SendMessageResult).to.deep.include({
        MD5OfMessageBody: "bb6cb5c68df4652941caf652a366f2d8",
        MD5OfMessageAttributes: null,
        SequenceNumber: null,
      });
      expect(answer.SendMessageResponse.ResponseMetadata).to.have.property("RequestId");
    });

    it("responds in XML if XML is accepted", async () => {
      const header = { "Content-Type": FORM, Accept: "'application/xml'" };
      const response = await call(`sqs:path/${ACCOUNT}/jobs`, SEND, header);
      expect(await response.text()).to.contain("<SendMessageResponse");
    });

    it("reports an error in JSON", async () => {
      const response = await call(`sqs:path/${ACCOUNT}/none`, SEND, { "Content-Type": FORM }, ".*");
      const { Error: error } = (await response.json()) as { Error: Record<string, string> };
      expect(error).to.include({
        Code: "AWS.SimpleQueueService.NonExistentQueue",
        Type: "Sender",
      });
    });

    // https://github.com/localstack/localstack/blob/main/tests/aws/services/apigateway/test_apigateway_ssm.py
    it("wraps the response of SSM", async () => {
      const response = await call("ssm:action/GetParameter", '{"Name": "name"}');
      const answer = (await response.json()) as {
        GetParameterResponse: { GetParameterResult: { Parameter: object } };
      };
      expect(answer.GetParameterResponse.GetParameterResult.Parameter).to.include({
        Name: "name",
        Value: "value",
      });
    });
  });

  it("maps no parameters into the event of a proxy function", async () => {
    const uri = gateway.lambda.add("echo", (event) => ({ body: JSON.stringify(event) }));
    await api.method("GET /", {
      integration: {
        type: "AWS_PROXY",
        httpMethod: "POST",
        uri,
        requestParameters: {
          "integration.request.header.x-mapped": "'1'",
          "integration.request.querystring.mapped": "'1'",
        },
      },
    });
    await api.deploy();
    const event = (await (await api.fetch("/?a=1")).json()) as Record<string, object>;
    expect(event.queryStringParameters).to.deep.equal({ a: "1" });
    expect(event.headers).to.not.have.property("x-mapped");
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
  it("merges the two kinds of headers of a proxy function, each pair once", async () => {
    const uri = gateway.lambda.add("headers", () => ({
      headers: { "x-own": "solo", "X-Both": "same" },
      multiValueHeaders: { "X-Own": ["multi"], "x-both": ["same", "other"] },
    }));
    await api.method("GET /", { integration: { type: "AWS_PROXY", httpMethod: "POST", uri } });
    await api.deploy();
    const { headers } = await api.fetch("/");
    expect([headers.get("x-own"), headers.get("x-both")]).to.deep.equal([
      "multi, solo",
      "same, other",
    ]);
  });

  it("uses an empty text for a missing value in an argument", async () => {
    await api.method("GET /", mock(`{"a": "[$util.urlEncode($input.body.missing)]"}`));
    await api.deploy();
    expect(await (await api.fetch("/")).json()).to.deep.equal({ a: "[]" });
  });

  describe("with a back end", () => {
    let backEnd: Server;
    let urls: string[];

    beforeEach(async () => {
      urls = [];
      backEnd = createServer((request, response) => {
        urls.push(request.url ?? "");
        response.end("{}");
      });
      await new Promise<void>((resolve) => backEnd.listen(0, "127.0.0.1", resolve));
    });
    afterEach(async () => {
      backEnd.closeAllConnections();
      await new Promise((resolve) => backEnd.close(resolve));
    });

    for (const type of ["HTTP", "HTTP_PROXY"] as const)
      it(`puts path variables into the query of the URI of ${type}`, async () => {
        const { port } = backEnd.address() as AddressInfo;
        await api.method("GET /{place}", {
          requestParameters: { "method.request.path.place": true },
          integration: {
            type,
            httpMethod: "GET",
            uri: `http://127.0.0.1:${port}/base?v={pathVar}&w=1`,
            requestParameters: { "integration.request.path.pathVar": "method.request.path.place" },
          },
          responses: { "200": {} },
        });
        await api.deploy();
        await api.fetch("/a%26b");
        expect(urls).to.deep.equal(["/base?v=a%26b&w=1"]);
      });
  });
});
