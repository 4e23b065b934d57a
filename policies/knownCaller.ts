import { requiresEquality } from "../components/iam/wholeKind";
import type { PolicyStatement } from "./policyDocument";

/** Whether the part of a value that decides whose requests it lets in is written out. */
type IsFixed = (value: string) => boolean;

const isFixed: IsFixed = (value) => !/[*?]/.test(value);

/** An account decides, or, where an ARN has none (a bucket's), the resource. */
const isFixedArn: IsFixed = (value) => {
  const [prefix, , service, , account, ...resource] = value.split(":");
  if (prefix !== "arn" || resource.length === 0) return false;
  if (account !== "") return isFixed(account);
  const name = resource.join(":");
  return isFixed(service === "s3" ? name.split("/")[0] : name);
};

/** A path begins with the organization, `o-a1b2c3d4e5/r-ab12/*`, and a user id with the role's, `AROAEXAMPLE:*`. */
const beginsFixed: IsFixed = (value) => /^[^*?/:]+([/:]|$)/.test(value);

/** An address or a domain decides for whom a subscription is: `*@example.com`, `https://example.com/*`. */
const isFixedEndpoint: IsFixed = (value) =>
  value.startsWith("arn:")
    ? isFixedArn(value)
    : /^[^/]*@[^*?@]+$/.test(value) || /^https?:\/\/[^*?/]+(\/|$)/.test(value);

/**
 * The keys that leave only requests of known accounts, organizations, resources or networks, each with what must be
 * fixed in its value. They are those by which Amazon S3 itself tells a public policy, and their like.
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

/** Variables that stand for the owner of the resource; any other is the caller's own choice. */
const OWNER = /\$\{aws:resource(account|orgid|orgpaths)\}/gi;

/** Whether a condition lets in only callers that it names: it must hold, and what decides in its values is no pattern. */
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

/** S3 counts a range as public above /8 (IPv4) and /32 (IPv6). */
function isNarrowRange(cidr: string): boolean {
  const [address, bits] = cidr.split("/");
  return bits === undefined || Number(bits) >= (address.includes(":") ? 32 : 8);
}
