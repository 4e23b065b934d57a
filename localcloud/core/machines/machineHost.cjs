// Starts the commands of all machines in a separate process: the cloud's own process is large, and forking it takes
// ten times as long. Reads {"id", "file", "args", "cwd", "env"} per line; writes {"id", "pid"}, then {"id", "code",
// "signal"}, or {"id", "error"}. A command's stdin, stdout and stderr are connections to the socket in this script's
// argument. Each of them starts with a line that contains the command's id and 0, 1 or 2. When the script's input
// ends, the process exits.
"use strict";
const { spawn } = require("node:child_process");
const { connect } = require("node:net");
const { createInterface } = require("node:readline");

const path = process.argv[2];
const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

createInterface({ input: process.stdin })
  .on("line", (line) => void start(JSON.parse(line)))
  .on("close", () => process.exit());

async function start({ id, file, args, cwd, env }) {
  try {
    const stdio = await Promise.all([0, 1, 2].map((number) => open(`${id} ${number}\n`)));
    const child = spawn(file, args, { cwd, env, stdio, detached: true });
    child.once("error", ({ message }) => send({ id, error: message }));
    child.once("exit", (code, signal) => send({ id, code, signal }));
    if (child.pid !== undefined) send({ id, pid: child.pid });
    // The command has its own copies.
    for (const socket of stdio) socket.destroy();
  } catch ({ message }) {
    send({ id, error: message });
  }
}

/** Opens a connection; this process reads nothing from it. */
function open(header) {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.pause();
    socket.once("error", reject);
    socket.once("connect", () => socket.write(header, () => resolve(socket)));
  });
}
