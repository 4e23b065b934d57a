import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect } from "chai";
import { ACCOUNT, mock, REGION, startGateway, TestApi, type Gateway } from "./gateway";
import { createUser } from "./roles";

describe("API Gateway IAM authorization", () => {
  let gateway: Gateway;
  beforeEach(async () => {
    gateway = await startGateway();
  });
  afterEach(() => gateway.close());

  const iamMethod = {
    ...mock('{"user":"$context.identity.userArn","account":"$context.identity.accountId"}'),
    authorizationType: "AWS_IAM",
  };

  async function signed(
    api: TestApi,
    credentials: { accessKeyId: string; secretAccessKey: string },
    service = "execute-api",
  ): Promise<Response> {
    const url = new URL(api.url("/things"));
    const signer = new SignatureV4({ service, region: REGION, credentials, sha256: Sha256 });
    const request = await signer.sign(
      {
        method: "GET",
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        headers: { host: url.host },
      },
      { signingDate: gateway.cloud.clock.date() },
    );
    return fetch(url, { headers: request.headers });
  }

  it("identifies the caller by the signature and checks execute-api:Invoke", async () => {
    const api = await TestApi.create(gateway);
    await api.method("GET /things", iamMethod);
    await api.deploy();
    const resource = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api.id}/dev/GET/things`;
    const allowed = await createUser(gateway, "in", [
      { Action: "execute-api:Invoke", Resource: resource },
    ]);
    const other = await createUser(gateway, "out", [
      { Action: "execute-api:Invoke", Resource: `${resource}/x` },
    ]);
    const ok = await signed(api, allowed);
    expect([ok.status, await ok.json()]).to.deep.equal([
      200,
      { user: `arn:aws:iam::${ACCOUNT}:user/in`, account: ACCOUNT },
    ]);
    const denied = await signed(api, other);
    expect(denied.status).to.equal(403);
    expect(await denied.json()).to.deep.equal({
      Message:
        `User: arn:aws:iam::${ACCOUNT}:user/out is not authorized to perform: execute-api:Invoke on resource: ` +
        `arn:aws:execute-api:${REGION}:********9012:${api.id}/dev/GET/things`,
    });
  });

  it("refuses missing and wrong signatures", async () => {
    const api = await TestApi.create(gateway);
    await api.method("GET /things", iamMethod);
    await api.deploy();
    const user = await createUser(gateway, "u", [{ Action: "execute-api:*", Resource: "*" }]);
    const unsigned = await api.fetch("/things");
    expect([unsigned.status, await unsigned.json()]).to.deep.equal([
      403,
      { message: "Missing Authentication Token" },
    ]);
    const wrong = await signed(api, { ...user, secretAccessKey: "wrong" });
    expect(wrong.status).to.equal(403);
    expect(wrong.headers.get("x-amzn-errortype")).to.equal("InvalidSignatureException");
    const scoped = await signed(api, user, "s3");
    expect(scoped.status).to.equal(403);
  });

  it("applies the API's resource policy to everyone", async () => {
    const api = await TestApi.create(gateway, {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "execute-api:Invoke",
            Resource: "execute-api:/dev/GET/open",
          },
        ],
      }),
    });
    await api.method("GET /open", mock());
    await api.method("GET /closed", mock());
    await api.deploy();
    expect((await api.fetch("/open")).status).to.equal(200);
    const closed = await api.fetch("/closed");
    expect(closed.status).to.equal(403);
    expect(((await closed.json()) as { Message: string }).Message).to.include(
      "User: anonymous is not authorized to perform: execute-api:Invoke",
    );
  });
});
