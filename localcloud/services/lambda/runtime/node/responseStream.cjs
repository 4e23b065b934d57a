// The global `awslambda` of Node.js runtimes, and the stream to which a streaming handler writes its response.
// https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
// It behaves like AWS's runtime client:
// https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/ResponseStream.js
"use strict";
const { Writable } = require("node:stream");

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");
const METADATA_TYPE = "application/vnd.awslambda.http-integration-response";
/** Number of NUL bytes between the metadata and the body. */
const DELIMITER_LENGTH = 8;
/** Longest piece of a response in one frame. */
const MAX_PIECE = 1_048_576;

const { stringify } = JSON;

module.exports = { createResponseStream, isStreaming, setGlobal };

function setGlobal() {
  globalThis.awslambda = { streamifyResponse, HttpResponseStream };
}

/** Marks a handler: the runtime calls it as `(event, responseStream, context)`. */
function streamifyResponse(handler, options) {
  handler[STREAMING] = "response";
  if (typeof options?.highWaterMark === "number")
    handler[HIGH_WATER_MARK] = parseInt(options.highWaterMark);
  return handler;
}

function isStreaming(handler) {
  return handler[STREAMING] === "response";
}

class HttpResponseStream {
  /** Sends status code, headers and cookies before the first piece that is written; `end` alone sends nothing. */
  static from(stream, metadata) {
    stream.setContentType(METADATA_TYPE);
    const text = stringify(metadata);
    stream._onBeforeFirstWrite = (write) => {
      write(text);
      write(new Uint8Array(DELIMITER_LENGTH));
    };
    return stream;
  }
}

/** Returns the stream of one response; `send` gets each piece of it in base64, with its content type. */
function createResponseStream(handler, send) {
  let contentType = "application/octet-stream";
  let hasBegun = false;
  const stream = new Writable({
    highWaterMark: handler[HIGH_WATER_MARK],
    write(chunk, _encoding, done) {
      for (let at = 0; at < chunk.length; at += MAX_PIECE)
        send({
          data: chunk.subarray(at, at + MAX_PIECE).toString("base64"),
          contentType,
        });
      done();
    },
  });
  const write = stream.write.bind(stream);
  const end = stream.end.bind(stream);
  stream.write = (chunk, encoding, done) => {
    const isText = typeof chunk === "string";
    const isBytes = Buffer.isBuffer(chunk) || chunk?.constructor === Uint8Array;
    const value = isText || isBytes ? chunk : stringify(chunk);
    if (!hasBegun) stream._onBeforeFirstWrite?.((text) => write(text));
    hasBegun = true;
    return write(value, encoding, done);
  };
  stream.end = (chunk, encoding, done) => {
    // `end` writes its chunk through the same `write` otherwise.
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function") {
      hasBegun = true;
      write(chunk, typeof encoding === "string" ? encoding : undefined);
    }
    return end([chunk, encoding, done].find((one) => typeof one === "function"));
  };
  stream.setContentType = (type) => {
    if (hasBegun) {
      const error = new Error("Cannot set content-type, too late.");
      error.name = "Runtime.InvalidStreamingOperation";
      throw error;
    }
    contentType = String(type);
  };
  return { stream, contentType: () => contentType };
}
