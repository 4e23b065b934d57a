import type { WireResponse } from "../../../core/service";
import {
  begin,
  cause,
  excerpt,
  finish,
  traced,
  whole,
  within,
  type Span,
} from "../../../core/trace";
import type { Exchange, MethodExchange } from "./exchange";

/** Serves a request within the trace that its `X-Amzn-Trace-Id` names, or else starts a new trace. */
export async function traceRequest(
  exchange: Exchange,
  serve: () => Promise<WireResponse>,
): Promise<WireResponse> {
  const { scope, request, path, api, stage, context } = exchange;
  const { tracer } = scope.cloud;
  if (!tracer) return serve();
  const { text: body, cut } = whole(request.body.toString("utf8"));
  const { method, rawQuery, headers } = request;
  const sent = { method, path: request.path, query: rawQuery, headers, body, cut };
  const data = { api: api.snapshot.apiName, stage: stage.stageName, request: sent };
  const start = { kind: "request", name: `${method} ${path}`, data } as const;
  const span = tracer.begin(start, tracer.named(headers["x-amzn-trace-id"]));
  const answer = await within(span, serve);
  nameByRoute(span, exchange);
  const { status } = answer;
  finish(span, status < 400 ? "ok" : "error", {
    status,
    answer: answerText(answer),
    error: context.error?.message,
  });
  return answer;
}

/** Names the span after the route, not the path: a path may contain secrets. */
function nameByRoute(span: Span, { request, context }: Exchange): void {
  if (context.resourcePath !== undefined) span.name = `${request.method} ${context.resourcePath}`;
}

function answerText({ body }: WireResponse): string {
  return excerpt(typeof body === "string" ? body : Buffer.from(body).toString("utf8"));
}

/** Runs one step of the gateway. Records it only if the method is configured to need it. */
export function step<Result>(
  { scope, match }: MethodExchange,
  name: "authorize" | "validate",
  work: () => Result | Promise<Result>,
): Result | Promise<Result> {
  if (!cause()) return work();
  const { authorizationType = "NONE", apiKeyRequired, requestValidatorId } = match.method;
  const asked =
    name === "validate"
      ? requestValidatorId !== undefined
      : authorizationType !== "NONE" || apiKeyRequired;
  if (!asked) return work();
  return traced(scope.cloud.tracer, { kind: "step", name }, async () => work());
}

/** Records a template with its input and output. */
export function noteTemplate(
  name: "request template" | "response template",
  template: string,
  input: Buffer,
  output: string,
): void {
  if (!cause()) return;
  finish(begin({ kind: "step", name }), "ok", {
    template: excerpt(template),
    input: excerpt(input.toString("utf8")),
    output: excerpt(output),
  });
}
