import { requiresEquality } from "../components/iam/wholeKind";
import type { PolicyStatement } from "./policyDocument";

/** Checks that the part of a value that identifies the callers contains no wildcard. */
type IsFixed = (value: string) => boolean;

const isFixed: IsFixed = (value) => !/[*?]/.test(value);

/** Checks the account or, if an ARN has none (a bucket's), the resource. */
const isFixedArn: IsFixed = (value) => {
  const [prefix, , service, , account, ...resource] = value.split(":");
  if (prefix !== "arn" || resource.length === 0) return false;
  if (account !== "") return isFixed(account);
  const name = resource.join(":");
  return isFixed(service === "s3" ? name.split("/")[0] : name);
};

/** A path starts with the organization, `o-a1b2c3d4e5/r-ab12/*`, and a user id with the role's id, `AROAEXAMPLE:*`. */
const beginsFixed: IsFixed = (value) => /^[^*?/:]+([/:]|$)/.test(value);

/** The address or the domain identifies the subscriber: `*@example.com`, `https://example.com/*`. */
const isFixedEndpoint: IsFixed = (value) =>
  value.startsWith("arn:")
    ? isFixedArn(value)
    : /^[^/]*@[^*?@]+$/.test(value) || /^https?:\/\/[^*?/]+(\/|$)/.test(value);

/**
 * Keys that limit requests to known accounts, organizations, resources or networks, each with a check of its values.
 * They are those by which Amazon S3 recognizes a public policy, and similar ones.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const KNOWN_CALLERS: Readonly<Record<string, IsFixed>> = {
  "aws:principalaccount": isFixed,
  "aws:principalarn": isFixedArn,
  "aws:principalorgid": isFixed,
  "aws:principalorgpaths": beginsFixed,
  "aws:sourceaccount": isFixed,
  "aws:sourcearn": isFixedArn,
  "aws:sourceorgid": isFixed,
  "aws:sourceorgpaths": beginsFixed,
  "aws:sourceowner": isFixed,
  "aws:sourcevpc": isFixed,
  "aws:sourcevpcarn": isFixedArn,
  "aws:sourcevpce": isFixed,
  "aws:userid": beginsFixed,
  "aws:vpceaccount": isFixed,
  "aws:vpceorgid": isFixed,
  "aws:vpceorgpaths": beginsFixed,
  "kms:calleraccount": isFixed,
  "kms:viaservice": beginsFixed,
  "s3:dataaccesspointaccount": isFixed,
  "s3:dataaccesspointarn": isFixedArn,
  "sns:endpoint": isFixedEndpoint,
};

/** Variables for the owner of the resource; the value of any other variable is chosen by the caller. */
const OWNER = /\$\{aws:resource(account|orgid|orgpaths)\}/gi;

/** Checks whether a condition allows only named callers: it must be required, with fixed identifying values. */
export function isKnownCaller({
  operator,
  key,
  values,
}: PolicyStatement["conditions"][number]): boolean {
  if (/^IpAddress$/i.test(operator) && /^aws:(vpc)?sourceip$/.test(key))
    return values.every(isNarrowRange);
  const fixed = Object.hasOwn(KNOWN_CALLERS, key) ? KNOWN_CALLERS[key] : undefined;
  if (!fixed || !requiresEquality(operator)) return false;
  return values.every((value) => {
    const owned = value.replace(OWNER, "owner");
    return !owned.includes("${") && fixed(owned);
  });
}

/** S3 treats a range wider than /8 (IPv4) or /32 (IPv6) as public. */
function isNarrowRange(cidr: string): boolean {
  const [address, bits] = cidr.split("/");
  return bits === undefined || Number(bits) >= (address.includes(":") ? 32 : 8);
}
