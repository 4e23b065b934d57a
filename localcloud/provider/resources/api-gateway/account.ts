import { GetAccountCommand, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import type { AccountArgs } from "@pulumi/aws/apigateway/account";
import { defineResource, untilConsistent, type Args } from "../../define";
import type { ProviderContext } from "../../types";
import { api } from "./client";

/** Exists once per account and region, always: deleting it only removes the role. */
export const account = defineResource<Args<AccountArgs>>({
  token: "aws:apigateway/account:Account",
  inputs: ["cloudwatchRoleArn"],
  async create(inputs, context) {
    await setAccountRole(inputs, context);
    return "api-gateway-account";
  },
  async read(_id, _inputs, context) {
    const found = await api(context).send(new GetAccountCommand({}));
    return {
      cloudwatchRoleArn: found.cloudwatchRoleArn,
      throttleSettings: [found.throttleSettings],
      apiKeyVersion: found.apiKeyVersion,
      features: found.features ?? [],
    };
  },
  update: (_id, news, _olds, context) => setAccountRole(news, context),
  delete: (_id, _state, context) => setAccountRole({}, context),
});

async function setAccountRole(inputs: Args<AccountArgs>, context: ProviderContext): Promise<void> {
  const value = inputs.cloudwatchRoleArn ?? "";
  await untilConsistent(
    (error) => /role|permission/i.test(error.message),
    () =>
      api(context).send(
        new UpdateAccountCommand({
          patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value }],
        }),
      ),
  );
}
