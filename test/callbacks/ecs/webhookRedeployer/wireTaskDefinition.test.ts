import { ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { nextRevision } from "../../../../callbacks/ecs/webhookRedeployer/rollout/taskDefinition";
import {
  describeTaskDefinition,
  registerTaskDefinition,
} from "../../../../callbacks/ecs/webhookRedeployer/rollout/wireTaskDefinition";

/** Fields that a future version of ECS may return. */
const LATER = {
  tags: [{ key: "team", value: "shop", since: 2031 }],
  taskDefinition: {
    taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",
    family: "web",
    revision: 1,
    status: "ACTIVE",
    registeredAt: 1.7e9,
    sandbox: { mode: "strict", allow: ["a", "b"] },
    containerDefinitions: [{ name: "app", image: "acme/web:1.0", memory: 128, warmPool: 2 }],
  },
};

describe("a task definition with fields that the SDK does not know", () => {
  let server: http.Server;
  let ecs: ECSClient;
  let contentType: string;
  const received: { headers: http.IncomingHttpHeaders; body: string }[] = [];

  beforeEach(async () => {
    received.length = 0;
    contentType = "application/x-amz-json-1.1";
    server = http.createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        received.push({ headers: request.headers, body });
        response.setHeader("content-type", contentType);
        response.end(JSON.stringify(LATER));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ecs = new ECSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    });
  });
  afterEach(() => {
    ecs.destroy();
    server.close();
  });

  it("keeps them in the next revision, as ECS wrote them", async () => {
    const { taskDefinition = {}, tags = [] } = await describeTaskDefinition(ecs, "web");
    const match = { container: "app", from: "acme/web:1.0", to: "acme/web:1.1" };
    const arn = await registerTaskDefinition(ecs, nextRevision(taskDefinition, tags, [match]));
    expect(arn).to.equal(LATER.taskDefinition.taskDefinitionArn);
    const [{ body: asked }, { body: sent, headers }] = received;
    expect(JSON.parse(asked)).to.deep.equal({ taskDefinition: "web", include: ["TAGS"] });
    expect(JSON.parse(sent)).to.deep.equal({
      family: "web",
      sandbox: { mode: "strict", allow: ["a", "b"] },
      containerDefinitions: [{ name: "app", image: "acme/web:1.1", memory: 128, warmPool: 2 }],
      tags: LATER.tags,
    });
    expect(Number(headers["content-length"])).to.equal(Buffer.byteLength(sent));
  });

  it("uses the fields that the SDK knows when the answer is not JSON 1.1", async () => {
    contentType = "application/cbor";
    const { taskDefinition = {} } = await describeTaskDefinition(ecs, "web");
    expect(taskDefinition.family).to.equal("web");
    expect(taskDefinition).not.to.have.property("sandbox");
  });
});
