import type {
  CreatePolicyVersionCommandInput,
  CreatePolicyVersionCommandOutput,
  DeletePolicyVersionCommandInput,
  DeletePolicyVersionCommandOutput,
  GetPolicyVersionCommandInput,
  GetPolicyVersionCommandOutput,
  ListPolicyVersionsCommandInput,
  ListPolicyVersionsCommandOutput,
  SetDefaultPolicyVersionCommandInput,
  SetDefaultPolicyVersionCommandOutput,
} from "@aws-sdk/client-iam";
import { required } from "../../../core/constraint";
import { onPolicy } from "../model/access";
import { managedPolicy } from "../model/documents";
import { deleteConflict, limitExceeded } from "../model/errors";
import { listPage } from "../model/listPage";
import {
  customerPolicy,
  findPolicy,
  noSuchVersion,
  policyWithArn,
  versionOf,
} from "../model/lookup";
import type { IamOperation } from "../model/operation";
import { versionShape } from "../model/policyShape";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html */
const MAX_VERSIONS = 5;

export const createPolicyVersion: IamOperation<
  CreatePolicyVersionCommandInput,
  CreatePolicyVersionCommandOutput
> = {
  access: onPolicy("CreatePolicyVersion"),
  run(input, { store, clock }) {
    const policy = customerPolicy(store, input.PolicyArn);
    const text = required(input.PolicyDocument, "policyDocument", "ValidationError");
    const stored = managedPolicy(text);
    if (policy.versions.size >= MAX_VERSIONS)
      throw limitExceeded(
        `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new version, ` +
          "you must delete an existing version.",
      );
    policy.lastVersion += 1;
    const versionId = `v${policy.lastVersion}`;
    const version = { versionId, createDate: clock.date(), policy: stored };
    policy.versions.set(versionId, version);
    policy.updateDate = version.createDate;
    if (input.SetAsDefault) policy.defaultVersionId = versionId;
    return { PolicyVersion: versionShape(policy, version, "listed") };
  },
};

export const getPolicyVersion: IamOperation<
  GetPolicyVersionCommandInput,
  GetPolicyVersionCommandOutput
> = {
  // A policy that does not exist is reported like a version, here and in SetDefaultPolicyVersion:
  // https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam_policies.snapshot.json
  access: onPolicy("GetPolicyVersion"),
  run(input, { store }) {
    const policy = findPolicy(store, input.PolicyArn);
    if (!policy) throw noSuchVersion(input.PolicyArn, input.VersionId);
    return { PolicyVersion: versionShape(policy, versionOf(policy, input.VersionId), "full") };
  },
};

export const listPolicyVersions: IamOperation<
  ListPolicyVersionsCommandInput,
  ListPolicyVersionsCommandOutput
> = {
  access: onPolicy("ListPolicyVersions"),
  run(input, { store }) {
    const policy = policyWithArn(store, input.PolicyArn);
    // Newest first; page tokens need a key that also sorts as text.
    const { items, ...rest } = listPage(policy.versions.values(), input, ({ versionId }) =>
      String(1_000_000 - Number(versionId.slice(1))),
    );
    return { Versions: items.map((version) => versionShape(policy, version, "listed")), ...rest };
  },
};

export const setDefaultPolicyVersion: IamOperation<
  SetDefaultPolicyVersionCommandInput,
  SetDefaultPolicyVersionCommandOutput
> = {
  access: onPolicy("SetDefaultPolicyVersion"),
  run(input, { store, clock }) {
    if (!findPolicy(store, input.PolicyArn)) throw noSuchVersion(input.PolicyArn, input.VersionId);
    const policy = customerPolicy(store, input.PolicyArn);
    policy.defaultVersionId = versionOf(policy, input.VersionId).versionId;
    policy.updateDate = clock.date();
    return {};
  },
};

export const deletePolicyVersion: IamOperation<
  DeletePolicyVersionCommandInput,
  DeletePolicyVersionCommandOutput
> = {
  access: onPolicy("DeletePolicyVersion"),
  run(input, { store }) {
    const policy = customerPolicy(store, input.PolicyArn);
    const { versionId } = versionOf(policy, input.VersionId);
    if (versionId === policy.defaultVersionId)
      throw deleteConflict("Cannot delete the default version of a policy.");
    policy.versions.delete(versionId);
    return {};
  },
};
