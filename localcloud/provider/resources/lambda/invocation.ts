import { createHash } from "node:crypto";
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import type { InvocationArgs } from "@pulumi/aws/lambda/invocation";
import { client } from "../../clients";
import { defineResource, type Args } from "../../define";
import type { AwsAccess, ProviderContext } from "../../types";

/** Results of the invocations, which nothing in AWS stores. */
const results = new WeakMap<AwsAccess, Map<string, string>>();

type Inputs = Args<InvocationArgs>;
type Action = "create" | "update" | "delete";

/**
 * Invokes a function when the resource is created, and again when its arguments change. With the lifecycle CRUD the
 * function is also invoked at updates and at the deletion, and its event says which one it is.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_invocation (lifecycle_scope)
 */
export const invocation = defineResource<Inputs>({
  token: "aws:lambda/invocation:Invocation",
  inputs: ["functionName", "input", "lifecycleScope", "qualifier", "terraformKey", "triggers"],
  required: ["functionName", "input"],
  defaults: { lifecycleScope: "CREATE_ONLY", qualifier: "$LATEST", terraformKey: "tf" },
  replaceOn: ["functionName", "qualifier"],
  isReplaced: (inputs) => !isCrud(inputs),
  check: ({ input, lifecycleScope }) => [
    ...(lifecycleScope === undefined || ["CREATE_ONLY", "CRUD"].includes(lifecycleScope)
      ? []
      : [{ property: "lifecycleScope", reason: "must be CREATE_ONLY or CRUD" }]),
    ...(input === undefined || isJson(input)
      ? []
      : [{ property: "input", reason: "contains an invalid JSON" }]),
  ],
  async create(inputs, context) {
    const { functionName, input, qualifier } = inputs;
    const id = `${functionName}_${qualifier}_${createHash("md5").update(input).digest("hex")}`;
    await invoke(id, inputs, "create", null, context);
    return id;
  },
  // AWS stores nothing of an invocation, so it stays unchanged.
  read: (id, _inputs, context) => {
    const result = results.get(context.aws)?.get(id);
    return Promise.resolve(result === undefined ? {} : { result });
  },
  update: (id, news, olds, context) => invoke(id, news, "update", olds.input, context),
  async delete(id, state, context) {
    if (isCrud(state)) await invoke(id, state, "delete", state.input, context);
  },
});

async function invoke(
  id: string,
  inputs: Inputs,
  action: Action,
  before: string | null,
  context: ProviderContext,
): Promise<void> {
  const { functionName, input, qualifier, terraformKey = "tf" } = inputs;
  const about = { action, prev_input: before === null ? null : (JSON.parse(before) as unknown) };
  const payload = isCrud(inputs)
    ? JSON.stringify({ ...(JSON.parse(input) as object), [terraformKey]: about })
    : input;
  const answer = await client(LambdaClient, context).send(
    new InvokeCommand({
      FunctionName: functionName,
      Qualifier: qualifier,
      InvocationType: "RequestResponse",
      Payload: Buffer.from(payload),
    }),
  );
  const result = Buffer.from(answer.Payload ?? []).toString("utf8");
  if (answer.FunctionError !== undefined) {
    const hint = result.includes("Runtime.OutOfMemory") ? await memoryHint(inputs, context) : "";
    throw new Error(`invoking Lambda Function (${functionName}): ${result}${hint}`);
  }
  const known = results.get(context.aws) ?? new Map<string, string>();
  results.set(context.aws, known.set(id, result));
}

/** Adds what the real provider does not report: how much memory was too little. */
async function memoryHint(
  { functionName, qualifier }: Inputs,
  context: ProviderContext,
): Promise<string> {
  const query = new GetFunctionConfigurationCommand({
    FunctionName: functionName,
    Qualifier: qualifier,
  });
  const { MemorySize } = await client(LambdaClient, context).send(query);
  return `. ${functionName} ran out of its ${MemorySize} MB of memory: raise memorySize, or let it keep less.`;
}

function isCrud({ lifecycleScope }: Pick<Inputs, "lifecycleScope">): boolean {
  return lifecycleScope === "CRUD";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
