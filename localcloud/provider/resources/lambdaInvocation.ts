import { createHash } from "node:crypto";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { InvocationArgs } from "@pulumi/aws/lambda/invocation";
import { client } from "../clients";
import { defineResource, type Args } from "../define";
import type { AwsAccess, ResourceType } from "../types";

/** What the invocations answered: nothing in AWS keeps it. */
const results = new WeakMap<AwsAccess, Map<string, string>>();

/**
 * One call of a function when the resource is created, and again when its arguments change. Any other lifecycle
 * is refused: the function would have to be called for updates and deletions too.
 */
const invocation = defineResource<Args<InvocationArgs>>({
  token: "aws:lambda/invocation:Invocation",
  inputs: ["functionName", "input", "lifecycleScope", "qualifier", "terraformKey", "triggers"],
  required: ["functionName", "input"],
  defaults: { lifecycleScope: "CREATE_ONLY", qualifier: "$LATEST", terraformKey: "tf" },
  check: ({ input, lifecycleScope }) => [
    ...(lifecycleScope === undefined || lifecycleScope === "CREATE_ONLY"
      ? []
      : [{ property: "lifecycleScope", reason: "only CREATE_ONLY is emulated" }]),
    ...(input === undefined || isJson(input)
      ? []
      : [{ property: "input", reason: "contains an invalid JSON" }]),
  ],
  async create({ functionName, input, qualifier }, context) {
    const answer = await client(LambdaClient, context).send(
      new InvokeCommand({
        FunctionName: functionName,
        Qualifier: qualifier,
        InvocationType: "RequestResponse",
        Payload: Buffer.from(input),
      }),
    );
    const result = Buffer.from(answer.Payload ?? []).toString("utf8");
    if (answer.FunctionError !== undefined)
      throw new Error(`invoking Lambda Function (${functionName}): ${result}`);
    const id = `${functionName}_${qualifier}_${createHash("md5").update(input).digest("hex")}`;
    const known = results.get(context.aws) ?? new Map<string, string>();
    results.set(context.aws, known.set(id, result));
    return id;
  },
  // Nothing of a call that was made is left in AWS: it is what it was.
  read: (id, _inputs, context) => {
    const result = results.get(context.aws)?.get(id);
    return Promise.resolve(result === undefined ? {} : { result });
  },
  delete: () => Promise.resolve(),
});

export const LAMBDA_INVOCATION_RESOURCES: readonly ResourceType[] = [invocation];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
