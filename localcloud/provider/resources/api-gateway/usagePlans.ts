import {
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteUsagePlanCommand,
  DeleteUsagePlanKeyCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  UpdateUsagePlanCommand,
  type PatchOperation,
  type QuotaPeriodType,
} from "@aws-sdk/client-api-gateway";
import type { UsagePlanArgs } from "@pulumi/aws/apigateway/usagePlan";
import type { UsagePlanKeyArgs } from "@pulumi/aws/apigateway/usagePlanKey";
import { defineResource, ignoreGone, tagOutputs, unlessGone, type Args } from "../../define";
import { api, GONE, idParts, setTags } from "./client";
import { patches } from "./patch";

export const usagePlan = defineResource<Args<UsagePlanArgs>>({
  token: "aws:apigateway/usagePlan:UsagePlan",
  inputs: [
    "apiStages",
    "description",
    "name",
    "productCode",
    "quotaSettings",
    "tags",
    "throttleSettings",
  ],
  autoname: { property: "name", maxLength: 255 },
  check: ({ apiStages }) =>
    apiStages?.some(({ throttles }) => throttles?.length)
      ? [{ property: "apiStages", reason: "throttles of single methods are not supported here" }]
      : [],
  async create(inputs, context) {
    const { throttleSettings: throttle, quotaSettings: quota } = inputs;
    const { id = "" } = await api(context).send(
      new CreateUsagePlanCommand({
        name: inputs.name,
        description: inputs.description,
        apiStages: inputs.apiStages?.map(({ apiId, stage }) => ({ apiId, stage })),
        throttle: throttle && { rateLimit: throttle.rateLimit, burstLimit: throttle.burstLimit },
        quota: quota && {
          limit: quota.limit,
          offset: quota.offset,
          period: quota.period as QuotaPeriodType,
        },
        tags: inputs.tags,
      }),
    );
    return id;
  },
  read(usagePlanId, _inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetUsagePlanCommand({ usagePlanId }));
      const { throttle, quota } = found;
      return {
        arn: `arn:aws:apigateway:${context.aws.region}::/usageplans/${usagePlanId}`,
        name: found.name,
        description: found.description,
        productCode: found.productCode,
        apiStages: found.apiStages?.length
          ? found.apiStages.map(({ apiId, stage }) => ({ apiId, stage }))
          : undefined,
        throttleSettings: throttle && {
          rateLimit: throttle.rateLimit,
          burstLimit: throttle.burstLimit,
        },
        quotaSettings: quota && { limit: quota.limit, offset: quota.offset, period: quota.period },
        ...tagOutputs(found.tags),
      };
    });
  },
  async update(usagePlanId, news, olds, context) {
    const patchOperations = [
      ...patches(news, olds, {
        name: "/name",
        description: "/description",
        productCode: "/productCode",
      }),
      ...stagePatches(olds, news),
      ...blockPatches("/throttle", olds.throttleSettings, news.throttleSettings),
      ...blockPatches("/quota", olds.quotaSettings, news.quotaSettings),
    ];
    if (patchOperations.length > 0)
      await api(context).send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
    await setTags(`/usageplans/${usagePlanId}`, olds.tags, news.tags, context);
  },
  async delete(usagePlanId, { apiStages }, context) {
    await ignoreGone(GONE, async () => {
      // A plan that still has stages cannot be deleted.
      const patchOperations = stagePatches({ apiStages }, {});
      if (patchOperations.length > 0)
        await api(context).send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
      await api(context).send(new DeleteUsagePlanCommand({ usagePlanId }));
    });
  },
});

export const usagePlanKey = defineResource<Args<UsagePlanKeyArgs>>({
  token: "aws:apigateway/usagePlanKey:UsagePlanKey",
  inputs: ["keyId", "keyType", "usagePlanId"],
  required: ["keyId", "keyType", "usagePlanId"],
  importKey: (id) => idParts(id, "usagePlanId", "keyId"),
  async create({ keyId, keyType, usagePlanId }, context) {
    await api(context).send(new CreateUsagePlanKeyCommand({ keyId, keyType, usagePlanId }));
    return keyId;
  },
  read(_id, { keyId, usagePlanId }, context) {
    return unlessGone(GONE, async () => {
      const { name, type } = await api(context).send(
        new GetUsagePlanKeyCommand({ keyId, usagePlanId }),
      );
      return { keyId, usagePlanId, name, keyType: type };
    });
  },
  async delete(_id, { keyId, usagePlanId }, context) {
    await ignoreGone(GONE, () =>
      api(context).send(new DeleteUsagePlanKeyCommand({ keyId, usagePlanId })),
    );
  },
});

type Plan = Partial<Args<UsagePlanArgs>>;

function stagePatches(olds: Plan, news: Plan): PatchOperation[] {
  const names = ({ apiStages }: Plan): string[] =>
    (apiStages ?? []).map(({ apiId, stage }) => `${apiId}:${stage}`);
  const [before, now] = [names(olds), names(news)];
  return [
    ...before
      .filter((name) => !now.includes(name))
      .map((value): PatchOperation => ({ op: "remove", path: "/apiStages", value })),
    ...now
      .filter((name) => !before.includes(name))
      .map((value): PatchOperation => ({ op: "add", path: "/apiStages", value })),
  ];
}

function blockPatches(
  path: string,
  old: object | undefined,
  now: object | undefined,
): PatchOperation[] {
  if (JSON.stringify(old) === JSON.stringify(now)) return [];
  if (!now) return [{ op: "remove", path }];
  return Object.entries(now)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): PatchOperation => ({
      op: "replace",
      path: `${path}/${name}`,
      value: String(value),
    }));
}
