import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  CommentsDynamoProxy,
  StagedApi,
  type StagedApiArgs,
  WebhookRedeployer,
} from "../../../components";
import { sharedApiAccount } from "../../../components/api/account";
import { mockPulumi, type PulumiMocks } from "../../support/graph/pulumiMocks";

describe("The ApiAccount that APIs share", () => {
  let mocks: PulumiMocks;
  beforeEach(() => {
    mocks = mockPulumi();
  });

  function component(name: string, opts?: pulumi.ComponentResourceOptions): pulumi.Resource {
    return new pulumi.ComponentResource("test:index:Api", name, {}, opts);
  }

  async function names(): Promise<string[]> {
    await pulumi.runtime.disconnect();
    return mocks.ofType("aws:apigateway/account:Account").map(({ name }) => name);
  }

  it("is one for the default provider, and keeps its name", async () => {
    const [one, other] = [component("one"), component("other")];
    expect(sharedApiAccount(one)).to.equal(sharedApiAccount(other));
    expect(await names()).to.deep.equal(["api-account"]);
  });

  it("is another one for each explicit provider, named after it, and also applies to children", async () => {
    const provider = new aws.Provider("ireland", { region: "eu-west-1" });
    const there = component("there", { providers: [provider] });
    const account = sharedApiAccount(there);
    expect(sharedApiAccount(component("below", { parent: there }))).to.equal(account);
    expect(sharedApiAccount(component("also", { provider }))).to.equal(account);
    expect(sharedApiAccount(component("here"))).to.not.equal(account);
    expect(await names()).to.have.members(["api-account", "api-account-ireland"]);
    expect(account.account.getProvider("aws:apigateway/account:Account")).to.equal(provider);
  });

  it("is created by every component with an API", async () => {
    const quiet = { alarmActions: [] };
    const opts = { provider: new aws.Provider("ireland", { region: "eu-west-1" }) };
    new CommentsDynamoProxy("comments", quiet, opts);
    const callback = async (): Promise<object> => ({});
    const routes: StagedApiArgs["routes"] = [{ method: "GET", path: "/", callback }];
    new StagedApi("greeting", { ...quiet, routes, permissions: [] }, opts);
    const redeploy = { repositories: ["acme/web"], families: ["web"], passRoles: [] };
    new WebhookRedeployer("redeploy", { ...quiet, ...redeploy }, opts);
    expect(await names()).to.deep.equal(["api-account-ireland"]);
    expect(mocks.ofType("aws:apigateway/stage:Stage")).to.have.length(4);
  });

  it("is created again in the next run of a program in the same process", async () => {
    sharedApiAccount(component("one"));
    await names();
    mocks = mockPulumi();
    sharedApiAccount(component("one"));
    expect(await names()).to.deep.equal(["api-account"]);
  });
});
