import { Readable } from "node:stream";
import type { InvocationOutcome } from "./environment";
import type { ChunkReceiver } from "./streamedBody";

/** A response whose pieces are read while the function still writes. */
export interface ResponseStream {
  /** Of the response, once its first piece or its end is there. */
  readonly contentType: string;
  /** Ends after the outcome is known. */
  readonly pieces: AsyncIterable<Buffer>;
  readonly outcome: Promise<InvocationOutcome>;
  /** Outcome of a function that wrote nothing before it ended. */
  readonly emptyOutcome?: InvocationOutcome;
}

/**
 * Runs an invocation, and resolves with its response as soon as that begins. A function that does not stream writes its
 * whole response at once.
 *
 * @throws what the invocation throws if it cannot start.
 */
export async function streamInvocation(
  invoke: (onChunk: ChunkReceiver) => Promise<InvocationOutcome>,
): Promise<ResponseStream> {
  const pieces = new Readable({ objectMode: true, read: () => undefined });
  let begun: string | undefined;
  let begin: (contentType: string) => void = () => undefined;
  const first = new Promise<string>((resolve) => (begin = resolve));
  const add: ChunkReceiver = (bytes, contentType) => {
    begun ??= contentType;
    begin(begun);
    pieces.push(bytes);
  };
  const outcome = invoke(add).then((ended) => {
    if (!ended.failure && !ended.streamed) add(Buffer.from(ended.payload), "application/json");
    pieces.push(null);
    return ended;
  });
  const contentType = await Promise.race([
    first,
    outcome.then(({ streamed }) => streamed?.contentType ?? "application/json"),
  ]);
  const ended = begun === undefined ? await outcome : undefined;
  return { contentType, pieces, outcome, emptyOutcome: ended };
}
