import { Sha256 } from "@aws-crypto/sha256-js";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../cloud/cloud";
import { services } from "../../services";
import type { SessionCredentials } from "../../core/identity";
import { rawHttp, type RawRequest } from "../support/rawHttp";
import { roleSession } from "../support/roleSession";

const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
const JSON_1_0 = { "content-type": "application/x-amz-json-1.0" };
const JSON_1_1 = { "content-type": "application/x-amz-json-1.1" };
const CBOR = { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" };
const ROOT = { accessKeyId: "AKIAROOT", secretAccessKey: "any" };

/** Returns the parts of a signature that the server reads; it does not check root's keys. */
function signed(service: string, headers: Record<string, string> = {}): Record<string, string> {
  const scope = `AKIAROOT/20260101/us-east-1/${service}/aws4_request`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`,
    "x-amz-date": "20260101T000000Z",
  };
}

/** A request in each protocol, its service and the format of its errors. */
interface Wire {
  title: string;
  service: string;
  request: RawRequest;
  contentType: string;
}

const wires: Record<string, Wire> = {
  query: {
    title: "query (STS)",
    service: "sts",
    request: { method: "POST", headers: FORM, body: "Action=Nonsense&Version=2011-06-15" },
    contentType: "text/xml",
  },
  queryInUrl: {
    title: "query in the URL (IAM)",
    service: "iam",
    request: { method: "GET", path: "/?Action=Nonsense&Version=2010-05-08" },
    contentType: "text/xml",
  },
  json10: {
    title: "JSON 1.0 (DynamoDB)",
    service: "dynamodb",
    request: {
      method: "POST",
      headers: { ...JSON_1_0, "x-amz-target": "DynamoDB_20120810.Nonsense" },
      body: "{}",
    },
    contentType: "application/x-amz-json-1.0",
  },
  json11: {
    title: "JSON 1.1 (SSM)",
    service: "ssm",
    request: {
      method: "POST",
      headers: { ...JSON_1_1, "x-amz-target": "AmazonSSM.Nonsense" },
      body: "{}",
    },
    contentType: "application/x-amz-json-1.1",
  },
  cbor: {
    title: "CBOR (CloudWatch)",
    service: "monitoring",
    request: {
      method: "POST",
      path: "/service/GraniteServiceVersion20100801/operation/Nonsense",
      headers: CBOR,
      body: Buffer.from([0xa0]),
    },
    contentType: "application/cbor",
  },
  rest: {
    title: "REST (Lambda)",
    service: "lambda",
    request: { method: "PUT", path: "/2015-03-31/nonsense" },
    contentType: "application/json",
  },
};

const answers: [wire: string, unsigned: [number, string], unknown: [number, string]][] = [
  ["query", [403, "MissingAuthenticationToken"], [400, "InvalidAction"]],
  ["queryInUrl", [403, "MissingAuthenticationToken"], [400, "InvalidAction"]],
  ["json10", [400, "MissingAuthenticationTokenException"], [400, "UnknownOperationException"]],
  ["json11", [400, "MissingAuthenticationTokenException"], [400, "UnknownOperationException"]],
  ["cbor", [400, "MissingAuthenticationTokenException"], [400, "UnknownOperationException"]],
  ["rest", [403, "MissingAuthenticationTokenException"], [404, "UnknownOperationException"]],
];

describe("The server of a cloud, in the protocol of the caller", () => {
  let cloud: Cloud;
  let clients: { destroy(): void }[] = [];
  beforeEach(async () => (cloud = await startCloud({ clock: "manual" })));
  afterEach(async () => {
    clients.forEach((client) => client.destroy());
    clients = [];
    await cloud.close();
  });

  function client<T extends { destroy(): void }>(
    Class: new (settings: object) => T,
    credentials: object = ROOT,
    settings: object = {},
  ): T {
    const { endpoint } = cloud;
    const common = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
    const made = new Class({ ...common, ...settings });
    clients.push(made);
    return made;
  }

  for (const [name, unsigned, unknown] of answers) {
    const { title, service, request, contentType } = wires[name];
    it(`responds with ${unsigned[1]} to an unsigned request: ${title}`, async () => {
      const answer = await rawHttp(cloud.endpoint, request);
      expect(answer.status).to.equal(unsigned[0]);
      expect(answer.headers["content-type"]).to.equal(contentType);
      expect(codeOf(answer)).to.equal(unsigned[1]);
      expect(answer.headers["x-amzn-requestid"]).to.match(/^[0-9a-f-]{36}$/);
      expect(cloud.recorder.find()).to.deep.equal([]);
    });

    it(`responds with ${unknown[1]} to an unknown operation: ${title}`, async () => {
      const headers = signed(service, request.headers);
      const answer = await rawHttp(cloud.endpoint, { ...request, headers });
      expect(answer.status).to.equal(unknown[0]);
      expect(answer.headers["content-type"]).to.equal(contentType);
      expect(codeOf(answer)).to.equal(unknown[1]);
    });

    it(`responds with NotImplemented for an unsupported service: ${title}`, async () => {
      const headers = signed("timestream", request.headers);
      const answer = await rawHttp(cloud.endpoint, { ...request, headers });
      expect(answer.status).to.equal(501);
      expect(answer.headers["content-type"]).to.equal(contentType);
      expect(codeOf(answer)).to.equal("NotImplemented");
      expect(answer.body).to.match(/does not have the service .+timestream/);
    });
  }

  it("responds to unsigned AssumeRoleWithWebIdentity in XML", async () => {
    const answer = await rawHttp(cloud.endpoint, {
      method: "POST",
      headers: FORM,
      body: "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn&RoleSessionName=s&WebIdentityToken=t",
    });
    expect(answer.body).to.match(
      /<Code>MissingAuthenticationToken<\/Code><Message>Request is missing Authentication Token</,
    );
  });

  it("names the unknown action and its version like query services, and a missing action", async () => {
    const ask = async (body: string): Promise<string> =>
      (await rawHttp(cloud.endpoint, { method: "POST", headers: signed("sts", FORM), body })).body;
    expect(await ask("Action=Nonsense&Version=2011-06-15")).to.include(
      "<Message>Could not find operation Nonsense for version 2011-06-15</Message>",
    );
    expect(await ask("Version=2011-06-15")).to.include("<Code>MissingAction</Code>");
  });

  it("tells a real client that a service is not supported", async () => {
    const others = services.filter(({ name }) => name !== "auto-scaling");
    const smaller = await startCloud({ services: others });
    const groups = client(AutoScalingClient, ROOT, { endpoint: smaller.endpoint });
    const error = await failure(groups.send(new DescribeAutoScalingGroupsCommand({})));
    await smaller.close();
    expect(error.name).to.equal("NotImplemented");
    expect(error.message).to.include("autoscaling");
  });

  const sessionCalls: [
    title: string,
    call: (session: object) => Promise<unknown>,
    names: string[],
  ][] = [
    [
      "STS (query)",
      (session) => client(STSClient, session).send(new GetCallerIdentityCommand({})),
      ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch", "403"],
    ],
    [
      "IAM (query)",
      (session) => client(IAMClient, session).send(new ListRolesCommand({})),
      ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch", "403"],
    ],
    [
      "SQS (JSON that keeps the names of the query protocol)",
      (session) => client(SQSClient, session).send(new ListQueuesCommand({})),
      ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch", "400"],
    ],
    [
      "DynamoDB (JSON)",
      (session) => client(DynamoDBClient, session).send(new ListTablesCommand({})),
      ["ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException", "400"],
    ],
    [
      "SSM (JSON)",
      (session) => client(SSMClient, session).send(new GetParameterCommand({ Name: "p" })),
      ["ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException", "400"],
    ],
    [
      "Lambda (REST)",
      (session) => client(LambdaClient, session).send(new ListFunctionsCommand({})),
      ["ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException", "403"],
    ],
    [
      "CloudWatch (JSON that keeps the names of the query protocol)",
      (session) => client(CloudWatchClient, session).send(new ListMetricsCommand({})),
      ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch", "400"],
    ],
  ];
  for (const [title, call, [expired, unknown, forged, status]] of sessionCalls)
    it(`refuses keys that are expired, unknown or forged with the message of ${title}`, async () => {
      const session = await roleSession(cloud, "worker", [
        { Effect: "Allow", Action: "*", Resource: "*" },
      ]);
      await call(session).catch((error: Error) => expect(error.name).to.equal("ParameterNotFound"));
      const refusals: [keys: object, name: string, message: RegExp][] = [
        [
          { ...session, secretAccessKey: "forged" },
          forged,
          /^The request signature we calculated does not match/,
        ],
        [
          { ...session, accessKeyId: "ASIAUNKNOWN0000000000" },
          unknown,
          /^The security token included in the request is invalid\.$/,
        ],
      ];
      const check = async ([keys, name, message]: (typeof refusals)[number]): Promise<void> => {
        const error = await failure(call({ ...keys, expiration: undefined }));
        expect(error.name).to.equal(name);
        expect(error.message).to.match(message);
        expect(String(error.$metadata?.httpStatusCode)).to.equal(status);
      };
      for (const refusal of refusals) await check(refusal);
      await cloud.clock.advance(13 * 3600 * 1000);
      await check([session, expired, /^The security token included in the request is expired$/]);
    });

  it("refuses an incomplete signature", async () => {
    const headers = { ...FORM, authorization: "AWS4-HMAC-SHA256 Credential=a" };
    const body = "Action=GetCallerIdentity&Version=2011-06-15";
    const query = await rawHttp(cloud.endpoint, { method: "POST", headers, body });
    expect(codeOf(query)).to.equal("IncompleteSignature");
    const json = { ...JSON_1_1, authorization: "AWS4-HMAC-SHA256 Credential=a" };
    const target = { ...json, "x-amz-target": "AmazonSSM.GetParameter" };
    const answer = await rawHttp(cloud.endpoint, { method: "POST", headers: target, body: "{}" });
    expect(codeOf(answer)).to.equal("IncompleteSignatureException");
  });

  describe("for a presigned URL", () => {
    async function presigned(session: SessionCredentials, expiresIn: number): Promise<string> {
      const url = new URL(cloud.endpoint);
      const signer = new SignatureV4({
        service: "sts",
        region: "us-east-1",
        credentials: session,
        sha256: Sha256,
      });
      const request = await signer.presign(
        {
          method: "GET",
          protocol: "http:",
          hostname: url.hostname,
          port: Number(url.port),
          path: "/",
          headers: { host: url.host },
          query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
        },
        { expiresIn, signingDate: cloud.clock.date() },
      );
      const query = Object.entries(request.query ?? {}).map(
        ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
      );
      return `/?${query.join("&")}`;
    }

    it("identifies the caller, until it expires", async () => {
      const session = await roleSession(cloud, "worker", []);
      const path = await presigned(session, 900);
      await cloud.clock.advance(899_000);
      const answer = await rawHttp(cloud.endpoint, { path });
      expect(answer.status).to.equal(200);
      expect(answer.body).to.include(`<Arn>${session.principal.arn}</Arn>`);
      await cloud.clock.advance(2_000);
      const late = await rawHttp(cloud.endpoint, { path });
      expect(late.status).to.equal(403);
      expect(codeOf(late)).to.equal("SignatureDoesNotMatch");
      expect(late.body).to.match(
        /Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z/,
      );
    });

    it("responds in the service's protocol when it was changed", async () => {
      const path = await presigned(await roleSession(cloud, "worker", []), 900);
      const changed = path.replace("GetCallerIdentity", "GetSessionToken");
      const answer = await rawHttp(cloud.endpoint, { path: changed });
      expect(answer.status).to.equal(403);
      expect(answer.headers["content-type"]).to.equal("text/xml");
      expect(codeOf(answer)).to.equal("SignatureDoesNotMatch");
    });
  });
});

interface SdkError extends Error {
  readonly $metadata?: { httpStatusCode?: number };
}

async function failure(call: Promise<unknown>): Promise<SdkError> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => reason,
  );
  return error as SdkError;
}

/** Returns the error's name from the place where the protocol has it. */
function codeOf({ headers, body }: { headers: object; body: string }): string | undefined {
  const header = (headers as Record<string, string | undefined>)["x-amzn-errortype"];
  const [, inXml] = /<Code>([^<]+)<\/Code>/.exec(body) ?? [];
  // In CBOR, a text follows its length unchanged.
  const [inCbor] = /(Missing|Unknown|Not)[A-Za-z]*?(Exception|Implemented)/.exec(body) ?? [];
  return header ?? inXml ?? inCbor;
}
