import type {
  GetKeyPolicyCommandInput,
  GetKeyPolicyCommandOutput,
  ListKeyPoliciesCommandInput,
  ListKeyPoliciesCommandOutput,
  PutKeyPolicyCommandInput,
  PutKeyPolicyCommandOutput,
} from "@aws-sdk/client-kms";
import { required } from "../../../core/constraint";
import { checkCustomerManaged } from "../model/customerManaged";
import { keyAccess } from "../model/keyAccess";
import { checkKeyPolicy } from "../model/policyDocuments";
import { notFound, resolveKeyItself } from "../model/resolveKey";
import type { KmsOperation } from "../store";

export const getKeyPolicy: KmsOperation<GetKeyPolicyCommandInput, GetKeyPolicyCommandOutput> = {
  access: (input, context) => keyAccess("GetKeyPolicy", input.KeyId, context),
  run(input, { store }) {
    checkPolicyName(input.PolicyName);
    return { Policy: resolveKeyItself(input.KeyId, store).policy, PolicyName: "default" };
  },
};

export const putKeyPolicy: KmsOperation<PutKeyPolicyCommandInput, PutKeyPolicyCommandOutput> = {
  access: (input, context) => keyAccess("PutKeyPolicy", input.KeyId, context),
  run(input, context) {
    checkPolicyName(input.PolicyName);
    const key = resolveKeyItself(input.KeyId, context.store);
    checkCustomerManaged(key, "PutKeyPolicy", context);
    const policy = required(input.Policy, "policy");
    checkKeyPolicy(policy, {
      principal: context.principal,
      accountId: context.accountId,
      bypassLockoutCheck: input.BypassPolicyLockoutSafetyCheck,
    });
    key.policy = policy;
    return {};
  },
};

export const listKeyPolicies: KmsOperation<
  ListKeyPoliciesCommandInput,
  ListKeyPoliciesCommandOutput
> = {
  access: (input, context) => keyAccess("ListKeyPolicies", input.KeyId, context),
  run(input, { store }) {
    resolveKeyItself(input.KeyId, store);
    return { PolicyNames: ["default"], Truncated: false };
  },
};

/** Checks the name: a key has exactly one policy, named `default`. */
function checkPolicyName(name: string | undefined): void {
  if (name !== undefined && name !== "default")
    throw notFound(`Policy ${name} does not exist; the only valid name is default.`);
}
