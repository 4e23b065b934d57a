import { MAX_RESPONSE_BYTES } from "./failure";

/** Receives the pieces of a streamed response as the function writes them. */
export type ChunkReceiver = (bytes: Buffer, contentType: string) => void;

/** A response that a function has streamed. */
export interface Streamed {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/**
 * Maximum of a response that is passed on while it is written.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
const MAX_STREAMED_BYTES = 200 * 1024 * 1024;

/** Collects a streamed response, and passes its pieces on. */
export class StreamedBody {
  private readonly pieces: Buffer[] = [];
  private length = 0;
  private readonly maximum: number;

  /** @param passOn absent if the caller waits for the whole response, whose maximum is then lower. */
  constructor(private readonly passOn?: ChunkReceiver) {
    this.maximum = passOn ? MAX_STREAMED_BYTES : MAX_RESPONSE_BYTES;
  }

  add(bytes: Buffer, contentType: string): void {
    // No more is kept than a caller can get at once; the rest only counts.
    if (this.length <= MAX_RESPONSE_BYTES) this.pieces.push(bytes);
    this.length += bytes.length;
    if (!this.isTooLarge) this.passOn?.(bytes, contentType);
  }

  get isTooLarge(): boolean {
    return this.length > this.maximum;
  }

  /** The beginning of the response, or all of it if the caller waits for it. */
  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}
