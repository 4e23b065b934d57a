import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  parseRollingImage,
  rollingName,
} from "../../callbacks/ecs/webhookRedeployer/rollout/rollingImage";

/** The container whose image is read. */
export interface PinnedImageArgs {
  /** Family of the task definition. */
  family: pulumi.Input<string>;
  /** Name of the container in the task definition. */
  container: pulumi.Input<string>;
  /** The image until the first redeploy is completed, such as `acme/web:1.0`. */
  default: pulumi.Input<string>;
  /** Path of the redeployer's pins. Default: that of this project and stack. */
  pinPath?: string;
}

/**
 * Returns the image that a WebhookRedeployer deployed last, or is rolling out, so that an update does not change it;
 * before any redeploy, the default. Give the task definition `trackLatest: true` and `skipDestroy: true`, and refresh with every `pulumi
 * up`.
 */
export function pinnedImage(
  args: PinnedImageArgs,
  opts?: pulumi.InvokeOptions,
): pulumi.Output<string> {
  const path = pulumi.interpolate`${args.pinPath ?? defaultPinPath()}/${args.family}`;
  // By its path, because reading a parameter by name fails if it does not exist.
  const found = aws.ssm.getParametersByPathOutput({ path, withDecryption: false }, opts);
  const image = pulumi
    .all([found.names, found.values, path, args.container, args.default])
    .apply(([names, values, prefix, container, byDefault]) => {
      const valueOf = (name: string): string | undefined =>
        values[names.indexOf(`${prefix}/${name}`)];
      const rolling = parseRollingImage(valueOf(rollingName(container)), Date.now());
      return rolling ?? valueOf(container) ?? byDefault;
    });
  // The provider treats every parameter as a secret; an image is not one.
  return pulumi.unsecret(image);
}

/**
 * `/<project>/<stack>/images`. Parameter Store reserves names that begin with aws or ssm.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export function defaultPinPath(): string {
  const path = `/${pulumi.getProject()}/${pulumi.getStack()}/images`;
  return /^\/(aws|ssm)/i.test(path) ? `/pulumi${path}` : path;
}
