import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The scaler whose desired count is read. */
export interface PinnedDesiredCountArgs {
  /** Name of the EcsTaskScaler in the program. */
  scaler: string;
  /** The count before the scaler's first change. */
  default: number;
  /** Path of the scaler's pin. Default: that of this project and stack. */
  pinPath?: string;
}

/**
 * Returns the desired count that an EcsTaskScaler set last, so that an update does not change it. Refresh with every
 * `pulumi up`.
 */
export function pinnedDesiredCount(
  args: PinnedDesiredCountArgs,
  opts?: pulumi.InvokeOptions,
): pulumi.Output<number> {
  const path = args.pinPath ?? defaultCountPath();
  // By its path, because reading a parameter by name fails if it does not exist.
  const found = aws.ssm.getParametersByPathOutput({ path, withDecryption: false }, opts);
  const count = pulumi.all([found.names, found.values]).apply(([names, values]) => {
    const at = names.indexOf(`${path}/${args.scaler}`);
    return at < 0 ? args.default : Number(values[at]);
  });
  // The provider treats every parameter as a secret; a count is not one.
  return pulumi.unsecret(count);
}

/**
 * `/<project>/<stack>/desired-counts`. Parameter Store reserves names that begin with aws or ssm.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export function defaultCountPath(): string {
  const path = `/${pulumi.getProject()}/${pulumi.getStack()}/desired-counts`;
  return /^\/(aws|ssm)/i.test(path) ? `/pulumi${path}` : path;
}
