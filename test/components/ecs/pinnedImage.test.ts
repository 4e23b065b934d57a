import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  formatRollingImage,
  NO_ROLLING_IMAGE,
} from "../../../callbacks/ecs/webhookRedeployer/rollout/rollingImage";
import { pinnedImage } from "../../../components/ecs/pinnedImage";
import { unwrap } from "../../support/graph/pulumiMocks";

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

  it("is the image that is rolling, until its time is over or none is", async () => {
    const pinned = { "/shop/prod/images/web/app": "acme/web:1.7" };
    const rolling = (value: string): void =>
      withParameters({ ...pinned, "/shop/prod/images/web/app.rolling": value });
    rolling(formatRollingImage("acme/web:1.8", Date.now()));
    expect(await unwrap(pinnedImage(image))).to.equal("acme/web:1.8");
    rolling(formatRollingImage("acme/web:1.8", Date.now() - 24 * 3600_000));
    expect(await unwrap(pinnedImage(image))).to.equal("acme/web:1.7");
    for (const value of [NO_ROLLING_IMAGE, "acme/web:1.8", "acme/web:1.8 until later"]) {
      rolling(value);
      expect(await unwrap(pinnedImage(image)), value).to.equal("acme/web:1.7");
    }
    withParameters({
      "/shop/prod/images/web/app.rolling": formatRollingImage("acme/web:1.8", Date.now()),
    });
    expect(await unwrap(pinnedImage(image)), "the first push").to.equal("acme/web:1.8");
    expect(await unwrap(pinnedImage({ ...image, container: "app2" }))).to.equal("acme/web:1.0");
  });

  it("is not a secret", async () => {
    withParameters({ "/shop/prod/images/web/app": "acme/web:1.7" });
    expect(await pulumi.isSecret(pinnedImage(image))).to.equal(false);
  });
});
