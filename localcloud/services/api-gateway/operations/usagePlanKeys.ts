import type {
  CreateUsagePlanKeyCommandInput,
  CreateUsagePlanKeyCommandOutput,
  DeleteUsagePlanKeyCommandInput,
  GetUsageCommandInput,
  GetUsageCommandOutput,
  GetUsagePlanKeyCommandInput,
  GetUsagePlanKeyCommandOutput,
  GetUsagePlanKeysCommandInput,
  GetUsagePlanKeysCommandOutput,
  UsagePlanKey,
} from "@aws-sdk/client-api-gateway";
import { badRequest, conflict, notFound } from "../model/apiErrors";
import type { ApiGatewayStore } from "../store";
import { keyOf } from "./apiKeys";
import { operation, type Output } from "../model/operation";
import { listPage } from "../model/paging";
import { planOf } from "./usagePlans";

const listPath = ({ usagePlanId }: { usagePlanId: string | undefined }): string =>
  `/usageplans/${usagePlanId}/keys`;
const path = (id: { usagePlanId: string | undefined; keyId: string | undefined }): string =>
  `${listPath(id)}/${id.keyId}`;

export const createUsagePlanKey = operation<
  CreateUsagePlanKeyCommandInput,
  Output<CreateUsagePlanKeyCommandOutput>
>("POST", listPath, (input, { store }) => {
  const plan = planOf(store, input.usagePlanId);
  if (input.keyType !== "API_KEY") throw badRequest("Invalid Usage Plan Key type specified");
  const { id = "" } = keyOf(store, input.keyId);
  if (plan.keyIds.has(id))
    throw conflict(`Usage Plan ${plan.id} already contains the API Key ${id}`);
  for (const other of store.usagePlans.values())
    if (other.keyIds.has(id) && sharesStage(store, other.id, plan.id))
      throw conflict(
        "API Key cannot be associated with multiple usage plans for the same API stage",
      );
  plan.keyIds.add(id);
  return describe(store, id);
});

export const getUsagePlanKey = operation<
  GetUsagePlanKeyCommandInput,
  Output<GetUsagePlanKeyCommandOutput>
>("GET", path, ({ usagePlanId, keyId }, { store }) => {
  checkMember(store, usagePlanId, keyId);
  return describe(store, keyId ?? "");
});

export const getUsagePlanKeys = operation<
  GetUsagePlanKeysCommandInput,
  Output<GetUsagePlanKeysCommandOutput>
>("GET", listPath, (input, { store }) => {
  const keys = [...planOf(store, input.usagePlanId).keyIds]
    .map((id) => describe(store, id))
    .filter(({ name = "" }) => input.nameQuery === undefined || name.startsWith(input.nameQuery));
  return listPage(keys, input, ({ id }) => id ?? "");
});

export const deleteUsagePlanKey = operation<DeleteUsagePlanKeyCommandInput, object>(
  "DELETE",
  path,
  ({ usagePlanId, keyId }, { store }) => {
    checkMember(store, usagePlanId, keyId);
    planOf(store, usagePlanId).keyIds.delete(keyId ?? "");
    return {};
  },
);

/** Returns used and remaining requests by key and day, within the plan's quota. */
export const getUsage = operation<GetUsageCommandInput, Output<GetUsageCommandOutput>>(
  "GET",
  ({ usagePlanId }) => `/usageplans/${usagePlanId}/usage`,
  (input, { store }) => {
    const plan = planOf(store, input.usagePlanId);
    const days = daysBetween(input.startDate, input.endDate);
    const limit = plan.settings.quota?.limit;
    const keys = [...plan.keyIds].filter((id) => input.keyId === undefined || id === input.keyId);
    return {
      usagePlanId: plan.id,
      startDate: input.startDate,
      endDate: input.endDate,
      items: Object.fromEntries(
        keys.map((id) => [
          id,
          days.map((day) => {
            const used = store.runtime.quotas.usedOn(plan.id, id, day);
            return [used, limit === undefined ? 0 : Math.max(0, limit - used)];
          }),
        ]),
      ),
    };
  },
);

function checkMember(
  store: ApiGatewayStore,
  usagePlanId: string | undefined,
  keyId: string | undefined,
): void {
  if (!planOf(store, usagePlanId).keyIds.has(keyId ?? ""))
    throw notFound("Invalid API Key identifier specified");
}

function describe(store: ApiGatewayStore, keyId: string): UsagePlanKey {
  const { id, value, name } = keyOf(store, keyId);
  return { id, type: "API_KEY", value, ...(name !== undefined && { name }) };
}

function sharesStage(store: ApiGatewayStore, first: string, second: string): boolean {
  const stages = (id: string): string[] =>
    (planOf(store, id).settings.apiStages ?? []).map(({ apiId, stage }) => `${apiId}:${stage}`);
  const taken = new Set(stages(first));
  return stages(second).some((stage) => taken.has(stage));
}

const DAY_MS = 86_400_000;

function daysBetween(start: string | undefined, end: string | undefined): string[] {
  const first = Date.parse(`${start}T00:00:00Z`);
  const last = Date.parse(`${end}T00:00:00Z`);
  if (Number.isNaN(first) || Number.isNaN(last) || last < first)
    throw badRequest("Invalid usage date range specified");
  const count = Math.floor((last - first) / DAY_MS) + 1;
  return Array.from({ length: count }, (_unused, index) =>
    new Date(first + index * DAY_MS).toISOString().slice(0, 10),
  );
}
