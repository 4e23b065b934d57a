import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { pinnedImage } from "../../../components/ecs/pinnedImage";
import { unwrap } from "../../support/pulumiMocks";

describe("pinnedImage", () => {
  const withParameters = (parameters: Record<string, string>): void => {
    pulumi.runtime.setMocks(
      {
        newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
        call: ({ inputs }) => {
          const { path } = inputs as { path: string };
          const found = Object.entries(parameters).filter(([name]) => name.startsWith(`${path}/`));
          return {
            ...inputs,
            names: found.map(([name]) => name),
            values: found.map(([, value]) => value),
          };
        },
      },
      "shop",
      "prod",
    );
  };
  const image = { family: "web", container: "app", default: "acme/web:1.0" };

  it("is the default until something was deployed, and then the deployed image", async () => {
    withParameters({
      "/shop/prod/images/web2/app": "acme/web:9",
      "/shop/prod/images/web/app2": "acme/web:8",
    });
    expect(await unwrap(pinnedImage(image))).to.equal("acme/web:1.0");
    withParameters({ "/shop/prod/images/web/app": "acme/web:1.7" });
    expect(await unwrap(pinnedImage(image))).to.equal("acme/web:1.7");
    withParameters({ "/elsewhere/web/app": "acme/web:2" });
    expect(await unwrap(pinnedImage({ ...image, pinPath: "/elsewhere" }))).to.equal("acme/web:2");
  });

  it("is not a secret", async () => {
    withParameters({ "/shop/prod/images/web/app": "acme/web:1.7" });
    expect(await pulumi.isSecret(pinnedImage(image))).to.equal(false);
  });
});
