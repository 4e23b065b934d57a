import {
  AddPermissionCommand,
  GetPolicyCommand,
  LambdaClient,
  RemovePermissionCommand,
  type FunctionUrlAuthType,
} from "@aws-sdk/client-lambda";
import type { PermissionArgs } from "@pulumi/aws/lambda/permission";
import { client } from "../../clients";
import { defineResource, ignoreGone, unlessGone, untilConsistent, type Args } from "../../define";
import type { Properties } from "../../types";
import { GONE, pairKey } from "./keys";

export const permission = defineResource<Args<PermissionArgs>>({
  token: "aws:lambda/permission:Permission",
  inputs: [
    "action",
    "eventSourceToken",
    "function",
    "functionUrlAuthType",
    "invokedViaFunctionUrl",
    "principal",
    "principalOrgId",
    "qualifier",
    "sourceAccount",
    "sourceArn",
    "statementId",
    "statementIdPrefix",
  ],
  autoname: { property: "statementId", maxLength: 100 },
  required: ["action", "function", "principal"],
  async create(inputs, context) {
    await untilConsistent(
      (error) => error.name === "PreconditionFailedException",
      () =>
        client(LambdaClient, context).send(
          new AddPermissionCommand({
            FunctionName: String(inputs.function),
            StatementId: inputs.statementId,
            Action: inputs.action,
            Principal: inputs.principal,
            SourceArn: inputs.sourceArn,
            SourceAccount: inputs.sourceAccount,
            Qualifier: inputs.qualifier,
            EventSourceToken: inputs.eventSourceToken,
            PrincipalOrgID: inputs.principalOrgId,
            InvokedViaFunctionUrl: inputs.invokedViaFunctionUrl,
            FunctionUrlAuthType: inputs.functionUrlAuthType as FunctionUrlAuthType | undefined,
          }),
        ),
    );
    return inputs.statementId ?? "";
  },
  importKey: (id) => pairKey(id, "function", "statementId"),
  read(id, inputs, context) {
    const statementId = inputs.statementId ?? id;
    return unlessGone(GONE, async () => {
      const { Policy = "{}" } = await client(LambdaClient, context).send(
        new GetPolicyCommand({
          FunctionName: String(inputs.function),
          Qualifier: inputs.qualifier,
        }),
      );
      const { Statement = [] } = JSON.parse(Policy) as { Statement?: PolicyStatement[] };
      const found = Statement.find(({ Sid }) => Sid === statementId);
      return found && { statementId, ...permissionOutputs(found) };
    });
  },
  async delete(id, state, context) {
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(
        new RemovePermissionCommand({
          FunctionName: String(state.function),
          StatementId: state.statementId ?? id,
          Qualifier: state.qualifier,
        }),
      ),
    );
  },
});

interface PolicyStatement {
  readonly Sid?: string;
  readonly Action?: string;
  readonly Principal?: string | Readonly<Record<string, string>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Returns the inputs of one statement in a function's policy. */
function permissionOutputs({ Action, Principal, Condition = {} }: PolicyStatement): Properties {
  const condition = (key: string): string | undefined =>
    Object.values(Condition)
      .flatMap((test) => Object.entries(test))
      .find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  return {
    action: Action,
    principal: typeof Principal === "object" ? (Principal.Service ?? Principal.AWS) : Principal,
    sourceArn: condition("AWS:SourceArn"),
    sourceAccount: condition("AWS:SourceAccount"),
    principalOrgId: condition("aws:PrincipalOrgID"),
    functionUrlAuthType: condition("lambda:FunctionUrlAuthType"),
    invokedViaFunctionUrl:
      condition("lambda:InvokedViaFunctionUrl") === undefined
        ? undefined
        : condition("lambda:InvokedViaFunctionUrl") === "true",
    eventSourceToken: condition("lambda:EventSourceToken"),
  };
}
