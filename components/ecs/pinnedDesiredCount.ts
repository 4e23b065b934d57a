import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Whose desired count is asked for. */
export interface PinnedDesiredCountArgs {
  /** Name of the EcsTaskScaler in the program. */
  scaler: string;
  /** The count until the scaler has made its first change. */
  default: number;
  /** Where the scaler keeps its pin. Default: that of this project and stack. */
  pinPath?: string;
}

/**
 * The desired count that an EcsTaskScaler set last, so that the program and what runs agree: an update then leaves the
 * count as it is. Refresh with every `pulumi up`.
 */
export function pinnedDesiredCount(
  args: PinnedDesiredCountArgs,
  opts?: pulumi.InvokeOptions,
): pulumi.Output<number> {
  const path = args.pinPath ?? defaultCountPath();
  // A list may be empty; a parameter that is asked for by name must exist.
  const found = aws.ssm.getParametersByPathOutput({ path, withDecryption: false }, opts);
  const count = pulumi.all([found.names, found.values]).apply(([names, values]) => {
    const at = names.indexOf(`${path}/${args.scaler}`);
    return at < 0 ? args.default : Number(values[at]);
  });
  // The provider takes every parameter for a secret; a count is none.
  return pulumi.unsecret(count);
}

/**
 * `/<project>/<stack>/desired-counts`. Parameter Store keeps names that begin with aws or ssm to itself.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export function defaultCountPath(): string {
  const path = `/${pulumi.getProject()}/${pulumi.getStack()}/desired-counts`;
  return /^\/(aws|ssm)/i.test(path) ? `/pulumi${path}` : path;
}
