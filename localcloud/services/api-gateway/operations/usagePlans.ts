import type {
  CreateUsagePlanCommandInput,
  CreateUsagePlanCommandOutput,
  DeleteUsagePlanCommandInput,
  GetUsagePlanCommandInput,
  GetUsagePlanCommandOutput,
  GetUsagePlansCommandInput,
  GetUsagePlansCommandOutput,
  UpdateUsagePlanCommandInput,
  UpdateUsagePlanCommandOutput,
  UsagePlan,
} from "@aws-sdk/client-api-gateway";
import { badRequest, notFound } from "../model/apiErrors";
import { checkTags } from "../model/checkTags";
import { newId } from "../model/identifiers";
import type { ApiGatewayStore, StoredUsagePlan } from "../store";
import { operation, type Output } from "../model/operation";
import { listPage } from "../model/paging";
import { patched } from "../model/patch";
import { usagePlanRefusals, usagePlanRules, withEscapedPath } from "../model/usagePlanPatch";
import { checkUsagePlan } from "../model/usagePlanRules";

const path = ({ usagePlanId }: { usagePlanId: string | undefined }): string =>
  `/usageplans/${usagePlanId}`;

export const createUsagePlan = operation<
  CreateUsagePlanCommandInput,
  Output<CreateUsagePlanCommandOutput>
>(
  "POST",
  () => "/usageplans",
  (input, { store }) => {
    if (!input.name) throw badRequest("Usage Plan name cannot be blank");
    checkTags(input.tags);
    const settings: UsagePlan = {
      id: newId(),
      name: input.name,
      ...(input.description !== undefined && { description: input.description }),
      apiStages: structuredClone(input.apiStages ?? []),
      ...(input.throttle && {
        throttle: {
          burstLimit: input.throttle.burstLimit ?? 0,
          rateLimit: input.throttle.rateLimit ?? 0,
        },
      }),
      ...(input.quota && { quota: { offset: 0, ...input.quota } }),
      ...(input.tags && { tags: { ...input.tags } }),
    };
    checkUsagePlan(store, settings);
    store.usagePlans.set(settings.id ?? "", {
      id: settings.id ?? "",
      settings,
      keyIds: new Set(),
    });
    return structuredClone(settings);
  },
);

export const getUsagePlan = operation<GetUsagePlanCommandInput, Output<GetUsagePlanCommandOutput>>(
  "GET",
  path,
  ({ usagePlanId }, { store }) => describe(planOf(store, usagePlanId).settings),
);

export const getUsagePlans = operation<
  GetUsagePlansCommandInput,
  Output<GetUsagePlansCommandOutput>
>(
  "GET",
  () => "/usageplans",
  (input, { store }) => {
    const plans = [...store.usagePlans.values()]
      .filter(({ keyIds }) => input.keyId === undefined || keyIds.has(input.keyId))
      .map(({ settings }) => structuredClone(settings));
    return listPage(plans, input, ({ id }) => id ?? "");
  },
);

export const updateUsagePlan = operation<
  UpdateUsagePlanCommandInput,
  Output<UpdateUsagePlanCommandOutput>
>("PATCH", path, ({ usagePlanId, patchOperations }, { store }) => {
  const plan = planOf(store, usagePlanId);
  const settings = patched(
    plan.settings,
    patchOperations?.map(withEscapedPath),
    usagePlanRules,
    usagePlanRefusals,
    "updateUsagePlanInput",
  );
  checkUsagePlan(store, settings);
  plan.settings = settings;
  return describe(settings);
});

export const deleteUsagePlan = operation<DeleteUsagePlanCommandInput, object>(
  "DELETE",
  path,
  ({ usagePlanId }, { store }) => {
    const plan = planOf(store, usagePlanId);
    const first = plan.settings.apiStages?.at(0);
    // The text is quoted in https://github.com/aws/aws-sdk-js/issues/3841.
    if (first)
      throw badRequest(
        `Cannot delete Usage Plan ${plan.id} because there are API Stages associated with it, including ` +
          `${first.apiId}:${first.stage}`,
      );
    store.usagePlans.delete(plan.id);
    return {};
  },
);

export function planOf(store: ApiGatewayStore, id: string | undefined): StoredUsagePlan {
  const plan = store.usagePlans.get(id ?? "");
  if (!plan) throw notFound("Invalid Usage Plan ID specified");
  return plan;
}

function describe(settings: UsagePlan): UsagePlan {
  return { ...structuredClone(settings), tags: { ...settings.tags } };
}
