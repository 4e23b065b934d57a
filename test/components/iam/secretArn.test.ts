import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { secretArn } from "../../../components/iam/secretArn";
import { acceptedBy, ACCOUNT, REGION } from "../../support/graph/pulumiMocks";

const arn = (region = REGION, account = ACCOUNT): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:ssh/key-a1b2c3`;

const component = (): pulumi.Resource =>
  new pulumi.ComponentResource("test:index:Component", "component");

describe("The ARN of a secret", () => {
  const taken = (given: pulumi.Input<string>): Promise<string> =>
    acceptedBy(() => secretArn(component(), "key.secret", given));

  it("is accepted in the component's region, also of another account, as text or as an Output", async () => {
    for (const given of [arn(), arn(REGION, "210987654321")]) {
      expect(await taken(given)).to.equal(`accepted ${given}`);
      expect(await taken(pulumi.output(given))).to.equal(`accepted ${given}`);
    }
  });

  it("is refused in another region, where the component's functions do not find it", async () => {
    const says =
      `key.secret: given a secret in eu-west-1; give a secret in ${REGION}, where the component acts, or a replica ` +
      "of it there.";
    expect(await taken(arn("eu-west-1"))).to.equal(says);
    expect(await taken(pulumi.output(arn("eu-west-1")))).to.equal(says);
  });

  it("is refused for a name, without showing what could be the secret itself", async () => {
    const says =
      "key.secret: given another text; give the ARN of a secret, with its random suffix.";
    expect(await taken(pulumi.output("hunter2"))).to.equal(says);
    expect(await taken(pulumi.output("arn:aws:ssm:eu-central-1:123456789012:x"))).to.equal(says);
  });
});
