import type { PolicyResource } from "../../../policies/rule";
import { loadBalancerRules } from "../../../policies/rules/loadBalancer";
import { s3Rules } from "../../../policies/rules/s3";
import { describeRules, resource } from "../resource";

type Props = Record<string, unknown>;

const bucket = (props: Props = {}): PolicyResource =>
  resource("aws:s3/bucket:Bucket", "bucket", props);
const ofBucket = (kind: string, props: Props): PolicyResource =>
  resource(`aws:s3/bucket${kind}:Bucket${kind}`, kind, props, { bucket: "bucket" });
const policy = (statement: object): PolicyResource =>
  ofBucket("Policy", { policy: JSON.stringify({ Statement: [statement] }) });
const lifecycle = (rule: Props): PolicyResource =>
  ofBucket("LifecycleConfiguration", { rules: [{ status: "Enabled", ...rule }] });
const ownership = (objectOwnership: string): PolicyResource =>
  ofBucket("OwnershipControls", { rule: { objectOwnership } });
const versioning = (status: string): PolicyResource =>
  ofBucket("Versioning", { versioningConfiguration: { status } });

const blocks = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const everyone = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn" };
const tlsOnly = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "arn",
  Condition: { Bool: { "aws:SecureTransport": false } },
};
const group = (name: string): string => `http://acs.amazonaws.com/groups/${name}`;
const acl = (uri: string): PolicyResource =>
  ofBucket("Acl", {
    accessControlPolicy: {
      grants: [
        { grantee: { type: "CanonicalUser", id: "79a5" }, permission: "FULL_CONTROL" },
        { grantee: { type: "Group", uri }, permission: "READ" },
      ],
    },
  });
const granting = (uri: string): Props => ({
  grants: [{ type: "Group", uri, permissions: ["READ", "READ_ACP"] }],
});
const object = (kind: string, props: Props): PolicyResource =>
  resource(`aws:s3/${kind[0].toLowerCase()}${kind.slice(1)}:${kind}`, "object", props);
const denyBut = (Condition: object): PolicyResource => policy({ ...tlsOnly, Condition });
const abort = { abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } };

describeRules("S3", s3Rules, {
  "AwsSolutions-S2": {
    red: [
      { graph: [bucket()], says: "not set: blockPublicAcls" },
      {
        graph: [bucket(), ofBucket("PublicAccessBlock", { ...blocks, ignorePublicAcls: false })],
        says: "not set: ignorePublicAcls",
      },
    ],
    green: [[bucket(), ofBucket("PublicAccessBlock", blocks)]],
  },
  "AwsSolutions-S10": {
    red: [
      { graph: [bucket()], says: "without TLS" },
      { graph: [bucket(), policy(everyone)], says: "without TLS" },
      {
        graph: [bucket(), policy({ ...tlsOnly, Action: undefined, NotAction: "s3:*" })],
        says: "without TLS",
      },
      {
        graph: [
          bucket(),
          denyBut({
            Bool: { "aws:SecureTransport": "false" },
            StringEquals: { "aws:PrincipalAccount": "123456789012" },
          }),
        ],
        says: "without TLS",
      },
    ],
    green: [
      [bucket(), policy(tlsOnly)],
      [
        bucket(),
        denyBut({
          Bool: { "aws:SecureTransport": "false", "aws:PrincipalIsAWSService": "false" },
        }),
      ],
    ],
  },
  CKV_AWS_19: {
    red: [{ graph: [bucket()], says: "no encryption configuration" }],
    green: [
      [bucket(), ofBucket("ServerSideEncryptionConfiguration", { rules: [{}] })],
      [
        bucket({
          serverSideEncryptionConfiguration: {
            rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
          },
        }),
      ],
    ],
  },
  CKV_AWS_20: {
    red: [
      { graph: [bucket({ acl: "public-read" })], says: "public-read" },
      { graph: [ofBucket("Acl", { acl: "public-read-write" })], says: "public-read-write" },
      { graph: [ofBucket("Acl", { acl: "authenticated-read" })], says: "authenticated-read" },
      { graph: [acl(group("global/AllUsers"))], says: "it grants READ to AllUsers" },
      { graph: [acl(group("global/AuthenticatedUsers"))], says: "READ to AuthenticatedUsers" },
      {
        graph: [bucket(granting(group("global/AllUsers")))],
        says: "it grants READ, READ_ACP to AllUsers",
      },
      { graph: [object("BucketObject", { acl: "public-read" })], says: "public-read" },
      { graph: [object("BucketObjectv2", { acl: "authenticated-read" })], says: "authenticated" },
      { graph: [object("ObjectCopy", granting(group("global/AllUsers")))], says: "to AllUsers" },
    ],
    green: [
      [bucket()],
      [ofBucket("Acl", { acl: "private" })],
      [ofBucket("Acl", { acl: "bucket-owner-full-control" })],
      [acl(group("s3/LogDelivery"))],
      [bucket({ grants: [{ type: "CanonicalUser", id: "79a5", permissions: ["READ"] }] })],
      [object("BucketObjectv2", {})],
    ],
  },
  CKV_AWS_21: {
    red: [
      { graph: [bucket()], says: "no versions" },
      { graph: [bucket(), versioning("Suspended")], says: "no versions" },
      { graph: [bucket({ versioning: { enabled: false } })], says: "no versions" },
    ],
    green: [[bucket(), versioning("Enabled")], [bucket({ versioning: { enabled: true } })]],
  },
  CKV_AWS_70: {
    red: [{ graph: [policy(everyone)], says: "allows everyone s3:GetObject" }],
    green: [
      [
        policy({
          ...everyone,
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
        }),
      ],
      [policy(tlsOnly)],
    ],
  },
  CKV_AWS_300: {
    red: [
      { graph: [bucket()], says: "unfinished uploads" },
      {
        graph: [bucket(), lifecycle({ status: "Disabled", ...abort })],
        says: "unfinished uploads",
      },
      { graph: [bucket(), lifecycle({ expiration: { days: 1 } })], says: "unfinished uploads" },
      {
        graph: [
          bucket({ lifecycleRules: [{ enabled: false, abortIncompleteMultipartUploadDays: 1 }] }),
        ],
        says: "unfinished uploads",
      },
    ],
    green: [
      [bucket(), lifecycle(abort)],
      [bucket({ lifecycleRules: [{ enabled: true, abortIncompleteMultipartUploadDays: 1 }] })],
    ],
  },
  CKV2_AWS_65: {
    red: [
      { graph: [bucket()], says: "ACLs are not disabled" },
      { graph: [bucket(), ownership("BucketOwnerPreferred")], says: "ACLs are not disabled" },
    ],
    green: [[bucket(), ownership("BucketOwnerEnforced")]],
  },
});

const balancer = (props: Props): PolicyResource =>
  resource("aws:lb/loadBalancer:LoadBalancer", "balancer", props);
const listener = (props: Props): PolicyResource =>
  resource("aws:lb/listener:Listener", "listener", props);
const redirect = (protocol: string): PolicyResource =>
  listener({ protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol } }] });

describeRules("Load balancers", loadBalancerRules, {
  "AwsSolutions-ELB2": {
    red: [
      { graph: [balancer({})], says: "accessLogs are off" },
      { graph: [balancer({ accessLogs: { bucket: "logs" } })], says: "accessLogs are off" },
    ],
    green: [[balancer({ accessLogs: { bucket: "logs", enabled: true } })]],
  },
  CKV_AWS_2: {
    red: [
      { graph: [listener({ protocol: "HTTP" })], says: "it speaks HTTP" },
      { graph: [redirect("HTTP")], says: "it speaks HTTP" },
      { graph: [listener({ protocol: "HTTPS" })], says: "ELBSecurityPolicy-2016-08 also accepts" },
    ],
    green: [
      [redirect("HTTPS")],
      [listener({ protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" })],
      [listener({ protocol: "TLS", sslPolicy: "ELBSecurityPolicy-TLS-1-2-2017-01" })],
    ],
  },
  CKV_AWS_131: {
    red: [{ graph: [balancer({})], says: "invalid headers are passed on" }],
    green: [
      [balancer({ dropInvalidHeaderFields: true })],
      [balancer({ loadBalancerType: "network" })],
    ],
  },
  CKV_AWS_328: {
    red: [{ graph: [balancer({ desyncMitigationMode: "monitor" })], says: "monitor" }],
    green: [[balancer({})], [balancer({ desyncMitigationMode: "strictest" })]],
  },
});
