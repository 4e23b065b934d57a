export const deploymentOnlyModule = true;

/**
 * What follows the region in the hosts of a partition; `amazonaws.com` for all others.
 * https://docs.aws.amazon.com/general/latest/gr/ecr.html and the partitions of AWS's SDKs
 */
const SUFFIXES: readonly (readonly [region: string, suffix: string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
];

/** The host of an account's registry, as events mean it. */
export function registryOf(account: string, region: string): string {
  const [, suffix] = SUFFIXES.find(([start]) => region.startsWith(start)) ?? ["", "amazonaws.com"];
  return `${account}.dkr.ecr.${region}.${suffix}`;
}

/**
 * The registry behind a host, by its first name: FIPS (`dkr.ecr-fips`) and dual-stack (`dkr-ecr.<region>.on.aws`) hosts
 * are further names of it. Undefined for a host that is not in ECR.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
 */
export function ecrRegistry(host: string): string | undefined {
  const [, account, mark, region = "", suffix = ""] =
    /^(\d{12})\.dkr([.-])ecr(?:-fips)?\.([a-z0-9-]+)\.(.+)$/.exec(host.toLowerCase()) ?? [];
  if (account === undefined) return undefined;
  const registry = registryOf(account, region);
  const isIts =
    mark === "."
      ? registry.endsWith(`.${region}.${suffix}`)
      : /^on\.(aws|amazonwebservices\.(com\.cn|eu))$/.test(suffix);
  return isIts ? registry : undefined;
}
