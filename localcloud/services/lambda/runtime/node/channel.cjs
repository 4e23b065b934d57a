// The private channel between a worker and the cloud: frames go out through file descriptor 3, requests come in
// through 4. This file takes all functions that it needs before the handler is loaded, so a handler that replaces
// JSON.stringify or fs.writeSync cannot affect it.
//
// A frame carries a secret that only this file and the cloud know. The cloud ignores all lines without it that a
// handler writes to the descriptor.
"use strict";
const { readSync, writeSync } = require("node:fs");
const { Socket } = require("node:net");

const OUTPUT_FD = 3;
const INPUT_FD = 4;
/** Longest piece of log in a frame; CloudWatch Logs accepts no longer event. */
const MAX_LOG_TEXT = 1_048_576;
/** Milliseconds to wait while the cloud reads too slowly, if the descriptor is non-blocking. */
const FULL_PIPE_WAIT_MS = 1;

const { parse, stringify } = JSON;
const { from: bytesOf } = Buffer;
const { wait } = Atomics;
const exitNow = process.reallyExit.bind(process);
const resting = new Int32Array(new SharedArrayBuffer(4));
/** Read immediately and synchronously, before a handler is loaded that could read it first. */
const greeting = parse(readLine());

module.exports = { greeting, log, receive, send };

/** Sends a message to the cloud; synchronously, so that frames keep their order and survive a crash. */
function send(message) {
  // An object without a prototype cannot inherit a `toJSON` that a handler has defined.
  write("m", { __proto__: null, ...message });
}

/** Sends a line of the log, or a piece of the code's output to stdout or stderr. */
function log(type, text) {
  write("l", { __proto__: null, type, text: text.slice(0, MAX_LOG_TEXT) });
}

function write(kind, message) {
  // The leading line break ends an incomplete line that the handler may have written to the descriptor.
  const bytes = bytesOf(`\n${greeting.secret}${kind}${stringify(message)}\n`);
  for (let sent = 0; sent < bytes.length;) {
    try {
      sent += writeSync(OUTPUT_FD, bytes, sent);
    } catch (error) {
      if (error.code !== "EAGAIN") exitNow(error.code === "EPIPE" ? 0 : 1);
      wait(resting, 0, 0, FULL_PIPE_WAIT_MS);
    }
  }
}

/** Calls `onMessage` with each message of the cloud, and `onEnd` when the cloud has closed the channel. */
function receive(onMessage, onEnd) {
  const input = new Socket({ fd: INPUT_FD, readable: true, writable: false });
  let parts = [];
  input.setEncoding("utf8");
  input.on("data", (text) => {
    const lines = text.split("\n");
    const rest = lines.pop();
    for (const line of lines) {
      const whole = [...parts, line].join("");
      parts = [];
      onMessage(parse(whole));
    }
    parts.push(rest);
  });
  input.on("error", onEnd);
  input.on("close", onEnd);
  return input;
}

function readLine() {
  const one = Buffer.alloc(1);
  const bytes = [];
  while (readSync(INPUT_FD, one, 0, 1, null) === 1 && one[0] !== 10) bytes.push(one[0]);
  return Buffer.from(bytes).toString("utf8");
}
