import type { Policy, PolicyVersion } from "@aws-sdk/client-iam";
import { encodeDocument } from "./documents";
import { attachmentCount, boundaryCount } from "./lookup";
import type { IamStore, PolicyRecord, PolicyVersionRecord } from "../store";
import { tagList } from "./tags";

/**
 * Returns the policy as the API shows it; lists omit description and tags, CreatePolicy an empty list of tags.
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam_policies.snapshot.json
 */
export function policyShape(
  policy: PolicyRecord,
  store: IamStore,
  as: "full" | "listed" | "created" = "full",
): Policy {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attachmentCount(store, policy.arn),
    PermissionsBoundaryUsageCount: boundaryCount(store, policy.arn),
    IsAttachable: true,
    CreateDate: policy.createDate,
    UpdateDate: policy.updateDate,
    ...(as !== "listed" && {
      Description: policy.description,
      ...((as === "full" || policy.tags.size > 0) && { Tags: tagList(policy.tags) }),
    }),
  };
}

/** Returns a version; only GetPolicyVersion shows the document. */
export function versionShape(
  policy: PolicyRecord,
  version: PolicyVersionRecord,
  as: "full" | "listed",
): PolicyVersion {
  return {
    VersionId: version.versionId,
    IsDefaultVersion: version.versionId === policy.defaultVersionId,
    CreateDate: version.createDate,
    ...(as === "full" && { Document: encodeDocument(version.policy) }),
  };
}
