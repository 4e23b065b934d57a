export const deploymentOnlyModule = true;

/**
 * Domains of the registry hosts in partitions by the prefix of the region; `amazonaws.com` in all others.
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

/** Returns the host of an account's registry, for the account and region of an event. */
export function registryOf(account: string, region: string): string {
  const [, suffix] = SUFFIXES.find(([start]) => region.startsWith(start)) ?? ["", "amazonaws.com"];
  return `${account}.dkr.ecr.${region}.${suffix}`;
}

/**
 * Returns the standard host of a registry: FIPS (`dkr.ecr-fips`) and dual-stack (`dkr-ecr.<region>.on.aws`) hosts are
 * aliases of it. Undefined for a host that is not in ECR.
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
