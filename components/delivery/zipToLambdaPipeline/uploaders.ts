import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { PIPELINE_RECORDS } from "../../../callbacks/delivery/zipToLambdaPipeline/pipelineRecord";
import {
  keyOf,
  STATUS_FOLDER,
} from "../../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import { policyDocument } from "../../iam/iamPolicy";
import type { Statement } from "../../iam/statement";
import { arnsBeside } from "../../location";
import { childName } from "../../names";
import type { Uploader, ZipToLambdaPipelineArgs } from "./args";

/** Suffix of the name of an uploader's role. */
export const UPLOADER_SUFFIX = "uploader";

/** Creates a role for each uploader: it allows what `deploy-zip` does with the uploader's apps, and nothing else. */
export function createUploaders(
  self: pulumi.Resource,
  name: string,
  {
    args: { uploaders = {}, tags },
    bucketArn,
  }: {
    readonly args: Pick<ZipToLambdaPipelineArgs, "uploaders" | "tags">;
    readonly bucketArn: pulumi.Output<string>;
  },
): Record<string, aws.iam.Role> {
  const create = ([uploader, given]: [string, Uploader]): [string, aws.iam.Role] => {
    const roleName = childName(name, `${uploader}-${UPLOADER_SUFFIX}`);
    const role = new aws.iam.Role(
      roleName,
      {
        description: `Uploads ${given.apps.join(", ")} to the pipeline ${name}.`.slice(0, 1000),
        assumeRolePolicy: trustPolicy(given),
        tags,
      },
      { parent: self },
    );
    new aws.iam.RolePolicy(
      roleName,
      {
        role: role.name,
        policy: policyDocument(uploadStatements(self, bucketArn, given.apps), self),
      },
      { parent: self },
    );
    return [uploader, role];
  };
  return Object.fromEntries(Object.entries(uploaders).map(create));
}

/** The calls of `deploy-zip`: it finds the pipeline, uploads, and checks the status of the upload. */
function uploadStatements(
  self: pulumi.Resource,
  bucketArn: pulumi.Output<string>,
  apps: readonly string[],
): Statement[] {
  const zips = apps.map((app) => pulumi.interpolate`${bucketArn}/${keyOf(app)}`);
  const statuses = apps.map(
    (app) => pulumi.interpolate`${bucketArn}/${STATUS_FOLDER}${keyOf(app)}.json`,
  );
  return [
    { sid: "Upload", actions: ["s3:PutObject"], resources: zips },
    { sid: "Follow", actions: ["s3:GetObject"], resources: [...zips, ...statuses] },
    // Without this permission S3 answers 403 for a status that does not exist yet, instead of 404.
    { sid: "SeeThatNoneIsThere", actions: ["s3:ListBucket"], resources: [bucketArn] },
    {
      sid: "FindPipeline",
      actions: ["ssm:GetParametersByPath"],
      resources: [arnsBeside(self)("ssm", `parameter${PIPELINE_RECORDS}`)],
    },
  ];
}

function trustPolicy({ principals = [], openIdConnect }: Uploader): pulumi.Output<string> {
  const people = principals.map((principal) => ({
    Effect: "Allow",
    Principal: { AWS: principal },
    Action: "sts:AssumeRole",
  }));
  const workflows = openIdConnect ? [pulumi.output(openIdConnect).apply(federatedTrust)] : [];
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: [...people, ...workflows] });
}

/**
 * Trusts the tokens that the provider issues for one of the subjects.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
 */
function federatedTrust({
  providerArn,
  audience,
  subjects,
}: pulumi.Unwrap<NonNullable<Uploader["openIdConnect"]>>): object {
  const host = providerArn.replace(/^.*:oidc-provider\//, "");
  return {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { [`${host}:aud`]: audience ?? "sts.amazonaws.com" },
      StringLike: { [`${host}:sub`]: subjects },
    },
  };
}

/**
 * Denies uploads by everybody else, whatever other permissions they have in the account: without this statement the
 * component could only grant uploads, not prevent any.
 */
export function uploadersOnly(
  bucketArn: pulumi.Output<string>,
  roles: Readonly<Record<string, aws.iam.Role>>,
): object[] {
  const arns = Object.values(roles).map(({ arn }) => arn);
  if (arns.length === 0) return [];
  return [
    {
      Sid: "UploadersOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: pulumi.interpolate`${bucketArn}/${keyOf("*")}`,
      // For a session this is the ARN of its role.
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
      Condition: { ArnNotEquals: { "aws:PrincipalArn": arns } },
    },
  ];
}
