import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { scaledService } from "../../../components/ecs/ecsTaskScaler/scaledService";
import { nameOf } from "../../../components/ecs/resourceName";
import { acceptedBy, ACCOUNT, REGION } from "../../support/graph/pulumiMocks";

const arn = (resource: string, region = REGION, account = ACCOUNT): string =>
  `arn:aws:ecs:${region}:${account}:${resource}`;

const component = (): pulumi.Resource =>
  new pulumi.ComponentResource("test:index:Component", "component");

describe("The name of an ECS cluster or service", () => {
  const nameIn = (given: pulumi.Input<string>): Promise<string> =>
    acceptedBy(() => nameOf(component(), "cluster", given));
  const named = (cluster: string, service: string): Promise<string> =>
    acceptedBy(() => scaledService(component(), { cluster, service }).service);

  it("is taken from a name or an ARN, given as text or as an Output", async () => {
    for (const given of ["demo", arn("cluster/demo")]) {
      expect(await nameIn(given)).to.equal("accepted demo");
      expect(await nameIn(pulumi.output(given))).to.equal("accepted demo");
    }
  });

  for (const elsewhere of [
    arn("cluster/demo", "eu-west-1"),
    arn("cluster/demo", REGION, "210987654321"),
  ])
    it(`is not taken from ${elsewhere}, which is not where the component acts`, async () => {
      const says =
        `cluster: given "${elsewhere}"; the component acts in ${REGION} and account ${ACCOUNT}: give an ARN from ` +
        "there, or create the component with an aws.Provider of the other region and account.";
      expect(await nameIn(elsewhere)).to.equal(says);
      expect(await nameIn(pulumi.output(elsewhere))).to.equal(says);
    });

  it("is not taken from the ARN of a service in another cluster than the given one", async () => {
    expect(await named("demo", arn("service/demo/web"))).to.equal("accepted web");
    expect(await named(arn("cluster/demo"), arn("service/demo/web"))).to.equal("accepted web");
    // The older format has no cluster.
    expect(await named("demo", arn("service/web"))).to.equal("accepted web");
    const other = arn("service/shop/web");
    const says = `service: given "${other}"; cluster is demo: give shop as cluster.`;
    expect(await named("demo", other)).to.equal(says);
    const away = arn("service/demo/web", "eu-west-1");
    expect(await named("demo", away)).to.match(/^service: given .*; the component acts in/);
  });
});
