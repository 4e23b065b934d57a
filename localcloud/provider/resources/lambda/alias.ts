import {
  CreateAliasCommand,
  DeleteAliasCommand,
  GetAliasCommand,
  LambdaClient,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import type { AliasArgs } from "@pulumi/aws/lambda/alias";
import { client } from "../../clients";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import { invokeArn } from "./function";
import { GONE, sameFunction, pairKey } from "./keys";

export const alias = defineResource<Args<AliasArgs>>({
  token: "aws:lambda/alias:Alias",
  inputs: ["description", "functionName", "functionVersion", "name", "routingConfig"],
  autoname: { property: "name", maxLength: 128 },
  required: ["functionName", "functionVersion"],
  replaceOn: ["name", "functionName"],
  async create(inputs, context) {
    const { AliasArn = "" } = await client(LambdaClient, context).send(
      new CreateAliasCommand({
        FunctionName: inputs.functionName,
        Name: inputs.name,
        FunctionVersion: inputs.functionVersion,
        Description: inputs.description,
        RoutingConfig: routing(inputs),
      }),
    );
    return AliasArn;
  },
  importKey: (id) => pairKey(id, "functionName", "name"),
  read(id, inputs, context) {
    // An id is the alias' ARN: `...:function:<function>:<alias>`.
    const [functionName = inputs.functionName, name = inputs.name] = id.split(":").slice(6);
    return unlessGone(GONE, async () => {
      const found = await client(LambdaClient, context).send(
        new GetAliasCommand({ FunctionName: functionName, Name: name }),
      );
      const weights = found.RoutingConfig?.AdditionalVersionWeights;
      return {
        name: found.Name,
        arn: found.AliasArn,
        invokeArn: invokeArn(found.AliasArn ?? "", context),
        functionName: sameFunction(inputs.functionName, functionName),
        functionVersion: found.FunctionVersion,
        description: found.Description || undefined,
        routingConfig: weights && { additionalVersionWeights: weights },
      };
    });
  },
  async update(_id, news, _olds, context) {
    await client(LambdaClient, context).send(
      new UpdateAliasCommand({
        FunctionName: news.functionName,
        Name: news.name,
        FunctionVersion: news.functionVersion,
        Description: news.description ?? "",
        RoutingConfig: routing(news) ?? { AdditionalVersionWeights: {} },
      }),
    );
  },
  async delete(_id, { functionName, name }, context) {
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(
        new DeleteAliasCommand({ FunctionName: functionName, Name: name }),
      ),
    );
  },
});

function routing({
  routingConfig,
}: Args<AliasArgs>): { AdditionalVersionWeights: Record<string, number> } | undefined {
  const weights = routingConfig?.additionalVersionWeights;
  return weights && { AdditionalVersionWeights: weights };
}
