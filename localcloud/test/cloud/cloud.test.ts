import { expect } from "chai";
import { type Cloud, startCloud } from "../../cloud/cloud";
import { rootPrincipal } from "../../core/principal";
import type { ServiceDefinition } from "../../core/service";
import { packageFile } from "../../core/packageRoot";
import { iam } from "../../services/iam";
import { ssm } from "../../services/ssm";
import { expectAwsError } from "../support/expectAwsError";

/** A service whose store contains its scope; it uses names of SSM's operations. */
function probe(given: Partial<ServiceDefinition<object>> = {}): ServiceDefinition<object> {
  return {
    name: "ssm",
    signingName: "ssm",
    iamPrefix: "ssm",
    sdk: () => ssm.sdk(),
    createStore: ({ region }) => ({ region }),
    operations: {
      GetParameter: { run: (_input, { store, region }) => ({ store, calledIn: region }) },
      PutParameter: {
        run: () => {
          throw new TypeError("a bug");
        },
      },
      DeleteParameter: { run: () => undefined },
    },
    ...given,
  };
}

const principal = rootPrincipal("123456789012");
const call = (cloud: Cloud, operation: string, region?: string): Promise<unknown> =>
  cloud.call({ service: "ssm", operation, input: { Name: "n", Value: "v" }, principal, region });

describe("A cloud", () => {
  const started: Cloud[] = [];
  async function start(...services: ServiceDefinition<object>[]): Promise<Cloud> {
    // The list loses each service's store type, as the table in services/index.ts does.
    const list = [iam, ...services] as unknown as ServiceDefinition<unknown>[];
    const cloud = await startCloud({ services: list });
    started.push(cloud);
    return cloud;
  }
  after(() => Promise.all(started.map((cloud) => cloud.close())));

  it("has one store per region, created when it is first needed", async () => {
    const cloud = await start(probe());
    const first = await call(cloud, "GetParameter");
    expect(first).to.deep.equal({ store: { region: "us-east-1" }, calledIn: "us-east-1" });
    expect(await call(cloud, "GetParameter", "eu-west-1")).to.deep.equal({
      store: { region: "eu-west-1" },
      calledIn: "eu-west-1",
    });
    const again = (await call(cloud, "GetParameter")) as { store: object };
    expect(again.store).to.equal((first as { store: object }).store);
  });

  it("has one store for the account if the service is global", async () => {
    const cloud = await start(probe({ scope: "global" }));
    expect(await call(cloud, "GetParameter", "eu-west-1")).to.deep.equal({
      store: { region: "us-east-1" },
      calledIn: "eu-west-1",
    });
  });

  it("responds with NotImplemented to unknown services and operations, and records the latter", async () => {
    const cloud = await start(probe());
    await expectAwsError(
      cloud.call({ service: "s3", operation: "GetObject", input: {}, principal }),
      "NotImplemented",
      "The local cloud has no service 's3'.",
    );
    await expectAwsError(
      call(cloud, "LabelParameterVersion"),
      "NotImplemented",
      "The local cloud does not implement ssm:LabelParameterVersion. Nothing was done; see docs/local-cloud.md for what is emulated.",
    );
    const [record] = cloud.recorder.find({ outcome: "error" });
    expect(record).to.include({ operation: "LabelParameterVersion", errorCode: "NotImplemented" });
  });

  it("responds with an empty output for an operation that returns nothing", async () => {
    expect(await call(await start(probe()), "DeleteParameter")).to.deep.equal({});
  });

  it("responds with status 500 and the message of an internal error, and keeps running", async () => {
    const cloud = await start(probe());
    const response = await cloud.wire(
      {
        method: "POST",
        path: "/",
        query: new URLSearchParams(),
        rawQuery: "",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "AmazonSSM.PutParameter",
        },
        body: Buffer.from('{"Name":"/a","Value":"v"}'),
        sourceIp: "127.0.0.1",
      },
      { signingName: "ssm", principal, region: "us-east-1" },
    );
    expect(response.status).to.equal(500);
    expect(String(response.body)).to.include("InternalFailure").and.to.include("a bug");
    expect(await call(cloud, "DeleteParameter")).to.deep.equal({});
  });

  it("stops every store of every service when it closes", async () => {
    const stopped: object[] = [];
    const cloud = await start(probe({ stop: async (store) => void stopped.push(store) }));
    await call(cloud, "GetParameter");
    await call(cloud, "GetParameter", "eu-west-1");
    await cloud.close();
    expect(stopped).to.deep.equal([{ region: "us-east-1" }, { region: "eu-west-1" }]);
  });

  it("has the given account, region and port", async () => {
    const cloud = await startCloud({ accountId: "210987654321", region: "eu-north-1" });
    started.push(cloud);
    expect(cloud).to.include({ accountId: "210987654321", defaultRegion: "eu-north-1" });
    expect(cloud.endpoint).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    const other = await start();
    expect(other.endpoint).to.not.equal(cloud.endpoint);
  });

  it("rejects with the system's error when its port is in use", async () => {
    const cloud = await start();
    const port = Number(new URL(cloud.endpoint).port);
    const error: unknown = await startCloud({ port }).catch((reason: unknown) => reason);
    expect(error).to.include({ code: "EADDRINUSE" });
  });

  it("needs the IAM service to identify callers", async () => {
    const cloud = await startCloud({ services: [] });
    started.push(cloud);
    expect(() => cloud.identity).to.throw("This cloud was started without the IAM service.");
  });

  it("finds files that are shipped unchanged", () => {
    expect(packageFile("package.json")).to.match(/localcloud\/package\.json$/);
  });
});
