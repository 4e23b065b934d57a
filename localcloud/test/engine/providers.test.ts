import { expect } from "chai";
import { Providers, PROVIDER_TYPE } from "../../engine/deployment/providers";
import { ProviderCore } from "../../provider/core";

const WEST = `urn:pulumi:dev::p::${PROVIDER_TYPE}::west`;

describe("engine: providers", () => {
  it("find existing resources in their own region, even after the provider's region changed", () => {
    const aws = { region: "eu-central-1", accountId: "123456789012" };
    const own = new ProviderCore({ aws, programDirectory: "." });
    const providers = new Providers(own, []);
    const regionOf = (provider: string, outputs: object): string =>
      providers.whereItIs({ provider, outputs: { ...outputs } }).regionOf({});
    providers.register(WEST, { region: "eu-west-1" });
    expect(providers.of(WEST).regionOf({})).to.equal("eu-west-1");
    // A refresh runs concurrently with the program, which registers the provider again.
    providers.register(WEST, { region: "eu-north-1" });
    expect(providers.of(WEST).regionOf({})).to.equal("eu-north-1");
    expect(regionOf(WEST, { region: "eu-west-1" })).to.equal("eu-west-1");
    expect(regionOf("", { region: "us-east-2" })).to.equal("us-east-2");
    expect(regionOf(WEST, {})).to.equal("eu-north-1");
  });
});
