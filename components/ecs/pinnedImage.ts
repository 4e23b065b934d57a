import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Which container's image is asked for. */
export interface PinnedImageArgs {
  /** Family of the task definition. */
  family: pulumi.Input<string>;
  /** Name of the container in it. */
  container: pulumi.Input<string>;
  /** The image until the first redeploy is completed, such as `acme/web:1.0`. */
  default: pulumi.Input<string>;
  /** Where the redeployer keeps its pins. Default: that of this project and stack. */
  pinPath?: string;
}

/**
 * The image that a WebhookRedeployer deployed last, so that the program and what runs agree: without a redeploy the
 * default. Give the task definition `trackLatest: true` and `skipDestroy: true`, and refresh with every `pulumi up`.
 */
export function pinnedImage(
  args: PinnedImageArgs,
  opts?: pulumi.InvokeOptions,
): pulumi.Output<string> {
  const path = pulumi.interpolate`${args.pinPath ?? defaultPinPath()}/${args.family}`;
  // A list may be empty; a parameter that is asked for by name must exist.
  const found = aws.ssm.getParametersByPathOutput({ path, withDecryption: false }, opts);
  const image = pulumi
    .all([found.names, found.values, path, args.container, args.default])
    .apply(([names, values, prefix, container, byDefault]) => {
      return values[names.indexOf(`${prefix}/${container}`)] ?? byDefault;
    });
  // The provider takes every parameter for a secret; an image is none.
  return pulumi.unsecret(image);
}

/**
 * `/<project>/<stack>/images`. Parameter Store keeps names that begin with aws or ssm to itself.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export function defaultPinPath(): string {
  const path = `/${pulumi.getProject()}/${pulumi.getStack()}/images`;
  return /^\/(aws|ssm)/i.test(path) ? `/pulumi${path}` : path;
}
