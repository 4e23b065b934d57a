import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { locationOf } from "../../components/location";
import { unwrap } from "../support/graph/pulumiMocks";

describe("Location of a component's resources", () => {
  /** Starts a run of a program and returns the regions that it reads. */
  function startRun(byDefault: string): string[] {
    const asked: string[] = [];
    pulumi.runtime.setMocks(
      {
        newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
        call: ({ token, provider }) => {
          if (!token.endsWith(":getRegion")) return { partition: "aws", accountId: "123456789012" };
          asked.push(provider ?? "");
          return { region: provider?.includes("::virginia::") ? "us-east-1" : byDefault };
        },
      },
      "project",
      "dev",
    );
    return asked;
  }

  function component(name: string, opts?: pulumi.ComponentResourceOptions): pulumi.Resource {
    return new pulumi.ComponentResource("test:index:Component", name, {}, opts);
  }

  function regionOf(resource: pulumi.Resource): Promise<string> {
    return unwrap(locationOf(resource).region);
  }

  it("is read from the default provider once in a run, for all components", async () => {
    const asked = startRun("eu-central-1");
    const [one, other] = [component("one"), component("other")];
    expect(await regionOf(one)).to.equal("eu-central-1");
    expect(await regionOf(other)).to.equal("eu-central-1");
    expect(locationOf(component("third", { parent: one }))).to.equal(locationOf(other));
    expect(asked).to.have.length(1);
  });

  it("is read again in the next run of a program in the same process", async () => {
    startRun("eu-central-1");
    expect(await regionOf(component("one"))).to.equal("eu-central-1");
    const asked = startRun("eu-west-1");
    expect(await regionOf(component("one"))).to.equal("eu-west-1");
    expect(asked).to.have.length(1);
  });

  it("is that of an explicit provider of the component", async () => {
    startRun("eu-central-1");
    const virginia = new aws.Provider("virginia", { region: "us-east-1" });
    const there = component("there", { providers: { aws: virginia } });
    expect(await regionOf(component("here"))).to.equal("eu-central-1");
    expect(await regionOf(there)).to.equal("us-east-1");
    expect(await regionOf(component("below", { parent: there }))).to.equal("us-east-1");
  });
});
