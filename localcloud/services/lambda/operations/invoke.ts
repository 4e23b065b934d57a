import type { InvocationRequest, InvocationResponse } from "@aws-sdk/client-lambda";
import { checkEnum } from "../../../core/constraint";
import type { Operation } from "../../../core/service";
import { unsupported } from "../model/errors";
import { requestedArn } from "../model/functionReference";
import type { LambdaContext } from "../model/resolve";
import type { LambdaStore } from "../store";
import { checkReady, eventOf, findTarget, logTail, prepare, type Target } from "./invocation";
import { resourcePolicy } from "./permissions";

export const invoke: Operation<LambdaStore, InvocationRequest, InvocationResponse> = {
  access(input, context) {
    const resource = requestedArn(context, input);
    const [, , , , , , name, qualifier] = resource.split(":");
    const target = context.store.functions.get(name);
    return [
      {
        action: "lambda:InvokeFunction",
        resource,
        resourcePolicy: resourcePolicy(target, qualifier === "$LATEST" ? undefined : qualifier),
      },
    ];
  },
  async run(input, context) {
    checkEnum(input.InvocationType, "invocationType", ["Event", "RequestResponse", "DryRun"]);
    checkEnum(input.LogType, "logType", ["None", "Tail"]);
    if (input.TenantId !== undefined) throw unsupported("the option TenantId");
    if (input.DurableExecutionName !== undefined)
      throw unsupported("the option DurableExecutionName");
    const found = findTarget(input, context);
    if (input.InvocationType === "DryRun") return { StatusCode: 204 };
    if (input.InvocationType !== "Event") return invokeNow(input, context, found);
    checkReady(found.target);
    const payload = eventOf(input.Payload, true);
    context.store.events.add({ ...found, requestId: context.requestId, payload });
    return { StatusCode: 202 };
  },
};

async function invokeNow(
  input: InvocationRequest,
  context: LambdaContext,
  found: Target,
): Promise<InvocationResponse> {
  const { version, request } = prepare(input, context, found);
  const { target, qualifier } = found;
  const outcome = await context.store.invoker.invoke(target, version, request, qualifier);
  return {
    StatusCode: 200,
    ExecutedVersion: version.version,
    Payload: outcome.streamed?.bytes ?? new TextEncoder().encode(outcome.payload),
    ...(outcome.failure && { FunctionError: "Unhandled" }),
    ...(input.LogType === "Tail" && { LogResult: logTail(outcome.log) }),
  };
}
