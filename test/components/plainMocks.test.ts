import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  CallbackFunction,
  CommentsDynamoProxy,
  StagedApi,
  WebhookRedeployer,
} from "../../components";

/** The mocks of Pulumi's own guide to unit tests: they lack AWS's outputs, such as ARNs. */
describe("A user's unit test with plain mocks", () => {
  const built: string[] = [];
  const unhandled: unknown[] = [];
  const remember = (error: unknown): void => void unhandled.push(error);

  before(() => {
    process.on("unhandledRejection", remember);
    pulumi.runtime.setMocks({
      newResource: ({ name, type, inputs }) => {
        built.push(type);
        return { id: `${name}_id`, state: inputs as Record<string, unknown> };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    });
  });
  after(() => process.off("unhandledRejection", remember));
  beforeEach(() => built.splice(0));

  const components: Record<string, () => void> = {
    CallbackFunction: () =>
      void new CallbackFunction("f", {
        callback: async () => 1,
        permissions: [],
        alarmActions: [],
      }),
    CommentsDynamoProxy: () => void new CommentsDynamoProxy("comments", { alarmActions: [] }),
    StagedApi: () =>
      void new StagedApi("greeting", {
        routes: [{ method: "GET", path: "/greeting", callback: async () => ({ hello: 1 }) }],
        permissions: [],
        alarmActions: [],
        gate: async () => true,
        apiGate: async () => true,
        canary: true,
      }),
    WebhookRedeployer: () =>
      void new WebhookRedeployer("redeploy", {
        repositories: ["acme/web"],
        families: ["web-*"],
        passRoles: [],
        token: pulumi.secret("token-of-the-webhook-0123456789"),
        alarmActions: [],
      }),
  };
  for (const [name, build] of Object.entries(components)) {
    it(`builds the whole graph of ${name}`, async () => {
      build();
      await pulumi.runtime.disconnect();
      expect(built.some((type) => type.startsWith("aws:"))).to.equal(true);
      expect(unhandled).to.deep.equal([]);
    });
  }
});
