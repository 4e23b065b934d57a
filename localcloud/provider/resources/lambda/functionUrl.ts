import {
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  LambdaClient,
  UpdateFunctionUrlConfigCommand,
  type AddPermissionCommandInput,
  type Cors,
  type FunctionUrlAuthType,
  type InvokeMode,
} from "@aws-sdk/client-lambda";
import type { FunctionUrlArgs } from "@pulumi/aws/lambda/functionUrl";
import { client } from "../../clients";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import type { Properties } from "../../types";

const GONE = ["ResourceNotFoundException"];

type Inputs = Args<FunctionUrlArgs>;

export const functionUrl = defineResource<Inputs>({
  token: "aws:lambda/functionUrl:FunctionUrl",
  inputs: ["authorizationType", "cors", "functionName", "invokeMode", "qualifier"],
  required: ["authorizationType", "functionName"],
  defaults: { invokeMode: "BUFFERED" },
  replaceOn: ["functionName", "qualifier"],
  async create(inputs, context) {
    const lambda = client(LambdaClient, context);
    await lambda.send(new CreateFunctionUrlConfigCommand(configOf(inputs)));
    // The real provider does so too, and also leaves the permissions when the URL is deleted.
    if (inputs.authorizationType === "NONE")
      for (const permission of PUBLIC)
        await lambda
          .send(
            new AddPermissionCommand({
              FunctionName: inputs.functionName,
              Qualifier: inputs.qualifier,
              Principal: "*",
              ...permission,
            }),
          )
          .catch(unlessThere);
    return idOf(inputs);
  },
  importKey: (id) => {
    const [functionName, qualifier] = id.split("/");
    return { functionName, ...(qualifier === undefined ? {} : { qualifier }) };
  },
  read: (_id, inputs, context) =>
    unlessGone(GONE, async () => {
      const found = await client(LambdaClient, context).send(
        new GetFunctionUrlConfigCommand({
          FunctionName: inputs.functionName,
          Qualifier: inputs.qualifier,
        }),
      );
      return {
        functionName: inputs.functionName,
        qualifier: inputs.qualifier,
        authorizationType: found.AuthType,
        ...(found.Cors && { cors: corsInputs(found.Cors) }),
        functionArn: found.FunctionArn,
        functionUrl: found.FunctionUrl,
        invokeMode: found.InvokeMode ?? "BUFFERED",
        urlId: new URL(found.FunctionUrl ?? "").pathname.split("/").filter(Boolean).at(-1),
      };
    }),
  async update(_id, news, _olds, context) {
    await client(LambdaClient, context).send(new UpdateFunctionUrlConfigCommand(configOf(news)));
  },
  async delete(_id, state, context) {
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(
        new DeleteFunctionUrlConfigCommand({
          FunctionName: state.functionName,
          Qualifier: state.qualifier,
        }),
      ),
    );
  },
});

const PUBLIC: readonly Pick<
  AddPermissionCommandInput,
  "StatementId" | "Action" | "FunctionUrlAuthType" | "InvokedViaFunctionUrl"
>[] = [
  {
    StatementId: "FunctionURLAllowPublicAccess",
    Action: "lambda:InvokeFunctionUrl",
    FunctionUrlAuthType: "NONE",
  },
  {
    StatementId: "FunctionURLAllowInvokeAction",
    Action: "lambda:InvokeFunction",
    InvokedViaFunctionUrl: true,
  },
];

function unlessThere(error: unknown): void {
  if ((error as Error).name !== "ResourceConflictException") throw error;
}

function idOf({ functionName, qualifier }: Inputs): string {
  return qualifier === undefined ? String(functionName) : `${functionName}/${qualifier}`;
}

function configOf(inputs: Inputs) {
  const { cors } = inputs;
  return {
    FunctionName: inputs.functionName,
    Qualifier: inputs.qualifier,
    AuthType: inputs.authorizationType as FunctionUrlAuthType,
    InvokeMode: inputs.invokeMode as InvokeMode,
    // Empty rules remove the former ones.
    Cors: corsOf(cors ?? {}),
  };
}

function corsInputs(cors: Cors): Properties {
  return {
    allowCredentials: cors.AllowCredentials,
    allowHeaders: cors.AllowHeaders,
    allowMethods: cors.AllowMethods,
    allowOrigins: cors.AllowOrigins,
    exposeHeaders: cors.ExposeHeaders,
    maxAge: cors.MaxAge,
  };
}

function corsOf(cors: NonNullable<Inputs["cors"]>): Cors {
  return {
    AllowCredentials: cors.allowCredentials,
    AllowHeaders: cors.allowHeaders,
    AllowMethods: cors.allowMethods,
    AllowOrigins: cors.allowOrigins,
    ExposeHeaders: cors.exposeHeaders,
    MaxAge: cors.maxAge,
  };
}
