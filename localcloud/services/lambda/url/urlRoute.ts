import { randomUUID } from "node:crypto";
import { authorize } from "../../../access/authorize";
import { AwsError } from "../../../core/errors";
import type { Principal } from "../../../core/principal";

import type { Route, StoreScope, WireRequest, WireResponse } from "../../../core/service";
import { isThrottle } from "../model/errors";
import { functionArn } from "../model/functionReference";
import type { FunctionUrl, LambdaFunction } from "../model/model";
import { resolveVersion } from "../model/resolve";
import { resourcePolicy } from "../operations/permissions";
import type { InvocationOutcome } from "../runtime/environment";
import type { ChunkReceiver } from "../runtime/streamedBody";
import { streamInvocation } from "../runtime/streamInvocation";
import type { LambdaStore } from "../store";
import { urlEvent } from "./urlEvent";
import { isUrlPath, splitUrlPath } from "./urlPath";
import { FAILED, urlResponse, urlStream } from "./urlResponse";

type Scope = StoreScope & { readonly store: LambdaStore };

/** Serves the functions' URLs. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export const urlRoute: Route<LambdaStore> = {
  matches: ({ path }) => isUrlPath(path),
  isIn: ({ path }, store) => findUrl(store, splitUrlPath(path).id) !== undefined,
  handle: answer,
};

interface Found {
  readonly target: LambdaFunction;
  readonly url: FunctionUrl;
}

function findUrl(store: LambdaStore, id: string): Found | undefined {
  for (const target of store.functions.values())
    for (const url of target.urls.values()) if (url.id === id) return { target, url };
  return undefined;
}

async function answer(request: WireRequest, scope: Scope): Promise<WireResponse> {
  const { id, rawPath } = splitUrlPath(request.path);
  const found = findUrl(scope.store, id);
  if (!found) return errorAnswer(404, "Not Found");
  let caller: Principal | undefined;
  try {
    caller = await authorizeCaller(request, found, scope);
  } catch (error) {
    if (error instanceof AwsError) return FORBIDDEN;
    throw error;
  }
  const requestId = randomUUID();
  const { region, clock } = scope;
  const event = urlEvent({
    request,
    urlId: id,
    rawPath,
    region,
    requestId,
    now: clock.date(),
    caller,
  });
  return invoke(found, event, requestId, scope);
}

const FORBIDDEN = errorAnswer(
  403,
  "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
);

/**
 * Since October 2025 a caller needs both actions: InvokeFunctionUrl, and InvokeFunction with the condition that the
 * call comes through a URL. If the URL requires no signature, the function's policy has to allow both to everyone.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
async function authorizeCaller(
  request: WireRequest,
  { target, url }: Found,
  { cloud, region, clock }: Scope,
): Promise<Principal | undefined> {
  const caller =
    url.authType === "AWS_IAM" ? (await cloud.identify(request))?.principal : undefined;
  const policy = resourcePolicy(target, url.qualifier);
  const checks = [
    ["lambda:InvokeFunctionUrl", { "lambda:FunctionUrlAuthType": url.authType }],
    ["lambda:InvokeFunction", { "lambda:InvokedViaFunctionUrl": "true" }],
  ] as const;
  for (const [action, context] of checks)
    authorize(
      {
        action,
        resource: functionArn({ region, accountId: cloud.accountId }, target.name, url.qualifier),
        context,
        resourcePolicy: policy,
      },
      caller ?? { type: "anonymous" },
      cloud.identity,
      { region, now: clock.date(), service: "lambda", sourceIp: request.sourceIp },
    );
  return caller;
}

async function invoke(
  { target, url }: Found,
  event: object,
  requestId: string,
  { store, region, accountId }: Scope,
): Promise<WireResponse> {
  const { qualifier } = url;
  const version = resolveVersion(target, qualifier, store.random);
  if (!version || target.latest.change?.kind === "create") return FAILED;
  const invokedArn = functionArn({ region, accountId }, target.name, qualifier);
  try {
    const request = { requestId, payload: JSON.stringify(event), invokedArn };
    const run = (onChunk?: ChunkReceiver): Promise<InvocationOutcome> =>
      store.invoker.invoke(target, version, { ...request, onChunk }, qualifier);
    if (url.invokeMode === "RESPONSE_STREAM") {
      const response = await streamInvocation(run);
      return response.emptyOutcome?.failure ? FAILED : await urlStream(response);
    }
    const { payload, failure } = await run();
    return failure ? FAILED : urlResponse(payload);
  } catch (error) {
    if (isThrottle(error)) return errorAnswer(429, "Too Many Requests");
    if (error instanceof AwsError) return FAILED;
    throw error;
  }
}

function errorAnswer(status: number, text: string): WireResponse {
  const body = text.startsWith("Forbidden") ? JSON.stringify({ Message: text }) : text;
  return { status, headers: { "content-type": "application/json" }, body };
}
