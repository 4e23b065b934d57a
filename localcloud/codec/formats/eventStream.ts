import { crc32 } from "node:zlib";
import { type Fields, membersOf, type Schema } from "../model/schema";

/** Type of a header whose value is a string. */
const STRING = 7;

type WriteValue = (schema: Schema, value: unknown) => string | Uint8Array;

/**
 * Writes events as messages of `application/vnd.amazon.eventstream`, each as soon as it is there. An event is an object
 * with one member of the stream's union.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export async function* writeEvents(
  stream: Schema,
  events: AsyncIterable<Fields>,
  write: WriteValue,
): AsyncIterable<Uint8Array> {
  const kinds = new Map(membersOf(stream));
  for await (const event of events)
    for (const [kind, value] of Object.entries(event)) {
      const schema = kinds.get(kind);
      if (schema) yield writeEvent(kind, schema, value as Fields, write);
    }
}

/** The payload is one member with the trait eventPayload, or a document with all members. */
function writeEvent(kind: string, schema: Schema, value: Fields, write: WriteValue): Buffer {
  const only = membersOf(schema).find(([, member]) => member.getMergedTraits().eventPayload);
  const payload = only ? write(only[1], value[only[0]]) : write(schema, value);
  return writeMessage(
    {
      ":message-type": "event",
      ":event-type": kind,
      ":content-type": only?.[1].isBlobSchema() ? "application/octet-stream" : "application/json",
    },
    Buffer.from(payload),
  );
}

function writeMessage(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(writeHeader));
  const prelude = Buffer.alloc(8);
  // The two lengths of the prelude, its checksum and that of the message have four bytes each.
  prelude.writeUInt32BE(16 + head.length + payload.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  const message = Buffer.concat([prelude, uint32(crc32(prelude)), head, payload]);
  return Buffer.concat([message, uint32(crc32(message))]);
}

function writeHeader([name, value]: readonly [string, string]): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([STRING]),
    length,
    text,
  ]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
