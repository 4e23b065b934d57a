// The private line between a worker and the cloud: frames go out through file descriptor 3, requests
// come in through 4. Everything it needs is taken before the handler is loaded, so that a handler
// that replaces JSON.stringify or fs.writeSync changes its own world only.
//
// A frame carries a secret that only this file and the cloud know. Whatever else a handler writes to
// the descriptor is a line without it, and the cloud passes over it.
"use strict";
const { readSync, writeSync } = require("node:fs");
const { Socket } = require("node:net");

const OUTPUT_FD = 3;
const INPUT_FD = 4;
/** Longest piece of log in a frame; CloudWatch Logs takes no longer event. */
const MAX_LOG_TEXT = 1_048_576;
/** Milliseconds to wait for a cloud that reads too slowly, where the descriptor does not block. */
const FULL_PIPE_WAIT_MS = 1;

const { parse, stringify } = JSON;
const { from: bytesOf } = Buffer;
const { wait } = Atomics;
const exitNow = process.reallyExit.bind(process);
const resting = new Int32Array(new SharedArrayBuffer(4));
/** Read at once and synchronously: no handler is there yet to read it first. */
const greeting = parse(readLine());

module.exports = { greeting, log, receive, send };

/** Tells the cloud something; synchronously, so that frames keep their order and survive a crash. */
function send(message) {
  // Without a prototype it has no `toJSON` that a handler could have put there.
  write("m", { __proto__: null, ...message });
}

/** A line of the log, or a piece of what the code wrote to stdout or stderr. */
function log(type, text) {
  write("l", { __proto__: null, type, text: text.slice(0, MAX_LOG_TEXT) });
}

function write(kind, message) {
  // The first line break ends whatever the handler may have written there without one.
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

/** Calls back with every message of the cloud; `onEnd` when the cloud is gone. */
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
