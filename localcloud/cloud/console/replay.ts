import { randomUUID } from "node:crypto";
import { parseArn } from "../../core/arn";
import { BadControlRequest } from "../../core/load";
import { rootPrincipal } from "../../core/principal";
import { cause, finish, link, traceHeader, within, type Span } from "../../core/trace";
import type { Cloud } from "../cloud";

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers of the connection, and those that the client computes itself. */
const OF_CONNECTION =
  /^(host|connection|content-length|transfer-encoding|accept-encoding|x-amzn-trace-id|expect)$/;

/**
 * Sends the request, event or message of a span again, with another text if one is given. Returns the id of the new
 * trace immediately.
 *
 * @throws BadControlRequest if it cannot be sent again
 */
export function replay(given: Readonly<Record<string, unknown>>, cloud: Cloud): { trace: string } {
  const span = findSpan(given, cloud);
  const { text } = given;
  if (text !== undefined && typeof text !== "string")
    throw new BadControlRequest("'text' must be a text: the body, event or message to send.");
  const send = sender(span, text, cloud);
  const name = `replay of ${span.name}`;
  const root = cloud.tracer?.begin({ kind: "console", name });
  if (!root) throw new BadControlRequest("This cloud keeps no traces.");
  link(root, span, "replay of this");
  within(root, send).then(
    () => finish(root),
    (error: unknown) => finish(root, "error", { error: String(error) }),
  );
  return { trace: root.trace.id };
}

function findSpan({ trace, span }: Readonly<Record<string, unknown>>, cloud: Cloud): Span {
  const kept = cloud.tracer?.traces.get(String(trace));
  const found = kept?.spans.find(({ id }) => id === span);
  if (!found)
    throw new BadControlRequest('Send {"trace": <id>, "span": <id>} of a span that is kept.');
  return found;
}

/** Returns a function that sends it; throws immediately if it cannot be sent. */
function sender(span: Span, text: string | undefined, cloud: Cloud): () => Promise<unknown> {
  const { kind, name, data } = span;
  const { request, event, body, cut } = data;
  if (text === undefined && (cut ?? (request as { cut?: true } | undefined)?.cut))
    throw new BadControlRequest("It was too long to be kept whole; give the text to send.");
  switch (kind) {
    case "request":
      return () => sendRequest(request as SentRequest, text, cloud);
    case "function":
      return () => invoke(String(data.invokedArn), text ?? String(event), cloud);
    case "message":
      return () => sendMessage(name, text ?? String(body), cloud);
    default:
      throw new BadControlRequest(
        `A ${kind} cannot be replayed: a request, function or message can.`,
      );
  }
}

async function sendRequest(
  { method, path, query, headers, body }: SentRequest,
  text: string | undefined,
  { endpoint }: Cloud,
): Promise<void> {
  const sent = text ?? body;
  const kept = Object.entries(headers).filter(([header]) => !OF_CONNECTION.test(header));
  const by = cause();
  await fetch(`${endpoint}${path}${query === "" ? "" : `?${query}`}`, {
    method,
    headers: { ...Object.fromEntries(kept), ...(by && { "x-amzn-trace-id": traceHeader(by) }) },
    redirect: "manual",
    ...(sent !== "" && { body: sent }),
  });
}

function invoke(arn: string, event: string, cloud: Cloud): Promise<unknown> {
  return cloud.call({
    service: "lambda",
    operation: "Invoke",
    input: { FunctionName: arn, Payload: Buffer.from(event) },
    principal: rootPrincipal(cloud.accountId),
    region: parseArn(arn)?.region,
  });
}

function sendMessage(queue: string, MessageBody: string, cloud: Cloud): Promise<unknown> {
  const fifo = queue.endsWith(".fifo");
  return cloud.call({
    service: "sqs",
    operation: "SendMessage",
    input: {
      QueueUrl: `${cloud.endpoint}/${cloud.accountId}/${queue}`,
      MessageBody,
      ...(fifo && { MessageGroupId: "replay", MessageDeduplicationId: randomUUID() }),
    },
    principal: rootPrincipal(cloud.accountId),
  });
}
