import { expect } from "chai";
import { parsePolicy, publicStatements } from "../../policies/policyDocument";

const account = "123456789012";

/** Checks whether a statement that allows `Principal: "*"` under a condition is public. */
function isPublic(condition: object | undefined, more: object = { Principal: "*" }): boolean {
  const Statement = [{ Effect: "Allow", Action: "sqs:SendMessage", Condition: condition, ...more }];
  return publicStatements(parsePolicy({ Statement })).length === 1;
}

/** Conditions that anyone can meet: by leaving the key out, by choosing its value, or always. */
const OPEN: Record<string, object> = {
  "an absent key passes IfExists": { StringEqualsIfExists: { "aws:SourceVpce": "vpce-1a2b3c4d" } },
  "an absent key passes ForAllValues": {
    "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*" },
  },
  "an absent key passes ArnLikeIfExists": {
    ArnLikeIfExists: { "aws:SourceArn": `arn:aws:sns:*:${account}:*` },
  },
  "every account's principals": { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::*" } },
  "every account's role of a name": {
    ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/deploy" },
  },
  "every account's topics": { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:*" } },
  "a topic of a name in every account": { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:orders" } },
  "every bucket": { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
  "buckets whose names begin alike, anybody's": {
    ArnLike: { "aws:SourceArn": "arn:aws:s3:::shop-*" },
  },
  "an ARN pattern without an account": { StringLike: { "aws:SourceArn": "arn:aws:sns*" } },
  "every organization": { StringLike: { "aws:PrincipalOrgID": "o-*" } },
  "paths of every organization": {
    "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": ["o-a1b2c3d4e5/*", "o-*/r-ab12/*"] },
  },
  "accounts that begin alike": { StringLike: { "aws:SourceAccount": "1234*" } },
  "an account with a placeholder": { StringLike: { "kms:CallerAccount": "12345678901?" } },
  "every endpoint": { StringLike: { "sns:Endpoint": "https://*" } },
  "every domain of addresses": { StringLike: { "sns:Endpoint": "*@*" } },
  "every id of a user": { StringLike: { "aws:userid": "*:deploy" } },
  "what the caller is itself": { StringEquals: { "aws:PrincipalArn": "${aws:PrincipalArn}" } },
  "what the caller tagged itself": {
    StringEquals: { "aws:PrincipalAccount": "${aws:PrincipalTag/account}" },
  },
  "one value of two is a pattern": { StringLike: { "aws:PrincipalOrgID": ["o-a1b2c3d4e5", "*"] } },
  "all but one account": { StringNotEquals: { "aws:PrincipalAccount": account } },
  "all but what matches": { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:*` } },
  "a key that must be absent": { Null: { "aws:SourceVpce": "true" } },
  "the internet": { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
  "one of two ranges is the internet": {
    IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "::/0"] },
  },
  "a range of addresses, or none": { IpAddressIfExists: { "aws:SourceIp": "203.0.113.0/24" } },
  TLS: { Bool: { "aws:SecureTransport": "true" } },
  "a tag of the caller's own account": { StringEquals: { "aws:PrincipalTag/team": "shop" } },
  "the account of the resource, which every request has": {
    StringEquals: { "aws:ResourceAccount": account },
  },
};

const CLOSED: Record<string, object> = {
  "an endpoint of a network": { StringEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } },
  "the account of an endpoint": { StringEquals: { "aws:VpceAccount": account } },
  "the organization of an endpoint": { StringEquals: { "aws:VpceOrgID": "o-a1b2c3d4e5" } },
  "a network": { StringEquals: { "AWS:SourceVpc": "vpc-1a2b3c4d" } },
  "an organization": { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
  "a part of an organization": {
    "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-*" },
  },
  "the roles of an account": { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/*` } },
  "the topics of an account": { ArnLike: { "aws:SourceArn": `arn:aws:sns:*:${account}:*` } },
  "a bucket": { ArnLike: { "aws:SourceArn": "arn:aws:s3:::uploads" } },
  "an account": { StringEqualsIgnoreCase: { "aws:SourceAccount": [account, "999999999999"] } },
  "the owner of a topic": { StringEquals: { "AWS:SourceOwner": account } },
  "the account of the resource": {
    StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" },
  },
  "the organization of the resource": {
    StringEquals: { "aws:SourceOrgID": "${aws:ResourceOrgID}" },
  },
  "the sessions of a role": { StringLike: { "aws:userid": "AROAEXAMPLEID:*" } },
  "addresses of a domain": { StringLike: { "sns:Endpoint": "*@example.com" } },
  "pages of a host": { StringLike: { "sns:Endpoint": "https://example.com/*" } },
  "a range of addresses": { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"] } },
  "one condition of two": {
    Bool: { "aws:SecureTransport": "true" },
    StringEquals: { "aws:PrincipalAccount": account },
  },
};

describe("A policy that allows everyone under a condition", () => {
  for (const [title, condition] of Object.entries(OPEN))
    it(`is public for ${title}: ${JSON.stringify(condition)}`, () => {
      expect(isPublic(condition)).to.equal(true);
    });

  for (const [title, condition] of Object.entries(CLOSED))
    it(`is not public for ${title}: ${JSON.stringify(condition)}`, () => {
      expect(isPublic(condition)).to.equal(false);
    });

  it("is public with NotPrincipal, and not for one principal and all actions except some", () => {
    expect(isPublic(undefined, { NotPrincipal: { AWS: account } })).to.equal(true);
    expect(isPublic(undefined, { Principal: { AWS: account }, NotAction: "sqs:Purge*" })).to.equal(
      false,
    );
    expect(isPublic(CLOSED["an account"], { NotPrincipal: { AWS: account } })).to.equal(false);
  });
});
