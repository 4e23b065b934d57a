/** A misbehaving handler, and the result for its caller. */
export interface HostileHandler {
  readonly title: string;
  /** Body of the handler, with `event`, `context`, `fs` and `note(pid)`; by default it returns "ok". */
  readonly body: string;
  /** Type of the error, or `ok` if the call succeeds. */
  readonly outcome: string;
  /** Pattern of the error's message, or of the response. */
  readonly says?: RegExp;
  /** Timeout in seconds; 2 unless it needs more. */
  readonly timeout?: number;
  /** Whether its process may end only at the next call: it has overwritten what Node.js waits with. */
  readonly mayEndLater?: boolean;
}

const TIMED_OUT = "Sandbox.Timedout";
const EXITED = "Runtime.ExitError";

const forged = (extra = ""): string =>
  `JSON.stringify({ type: "result", requestId: context.awsRequestId, payload: '"forged"', durationMs: 1, memory: 1 ${extra}})`;

export const HOSTILE_HANDLERS: readonly HostileHandler[] = [
  // --- file descriptors
  {
    title: "writes a line to descriptor 3",
    body: 'fs.writeSync(3, "hello\\n");',
    outcome: "ok",
  },
  {
    title: "writes half a line to descriptor 3",
    body: 'fs.writeSync(3, "half a line");',
    outcome: "ok",
  },
  {
    title: "forges an answer on descriptor 3",
    body: `fs.writeSync(3, ${forged()} + "\\n");`,
    outcome: "ok",
  },
  {
    title: "forges a fatal error on descriptor 3",
    body: `fs.writeSync(3, ${forged().replace('"result"', '"error"')} + "\\n");`,
    outcome: "ok",
  },
  {
    title: "guesses a secret for its forged answer",
    body: `fs.writeSync(3, "0".repeat(32) + "m" + ${forged()} + "\\n");`,
    outcome: "ok",
  },
  {
    title: "writes 64 MB without a line break to descriptor 3",
    body: 'for (let n = 0; n < 64; n++) fs.writeSync(3, "x".repeat(1 << 20));',
    outcome: "ok",
  },
  {
    title: "writes to every descriptor up to 30",
    body: `for (let fd = 0; fd < 30; fd++) try { fs.writeSync(fd, '{"type":"ready"}\\n'); } catch {}`,
    outcome: "ok|Runtime.ExitError",
    mayEndLater: true,
  },
  {
    title: "sends messages as a forked process does",
    body: `process.send?.({ type: "result", payload: '"forged"' }); process.disconnect?.();`,
    outcome: "ok",
  },
  {
    title: "closes stdout and stderr",
    body: "fs.closeSync(1); fs.closeSync(2); console.log('unheard');",
    outcome: "ok",
  },
  {
    title: "closes descriptor 3",
    body: "fs.closeSync(3);",
    outcome: EXITED,
    says: /exit status 1$/,
  },
  {
    title: "closes every descriptor up to 30",
    body: "for (let fd = 0; fd < 30; fd++) try { fs.closeSync(fd); } catch {}",
    outcome: `${EXITED}|${TIMED_OUT}`,
  },
  {
    title: "destroys what keeps its event loop alive",
    body: "for (const handle of process._getActiveHandles()) handle.destroy?.();",
    outcome: `ok|${EXITED}`,
  },
  {
    title: "reads from stdin",
    body: "if (fs.readFileSync(0, 'utf8') !== '') throw new Error('somebody wrote');",
    outcome: "ok",
  },
  // --- logs
  {
    title: "logs lines of 250 kB until its timeout",
    body: 'const line = "x".repeat(250_000); for (;;) console.log(line);',
    outcome: TIMED_OUT,
  },
  {
    title: "logs short lines until its timeout",
    body: 'for (;;) console.log("again");',
    outcome: TIMED_OUT,
  },
  {
    title: "logs one line of 100 MB",
    body: 'console.log("x".repeat(100 << 20));',
    outcome: "ok",
  },
  {
    title: "floods stdout without a line break",
    body: 'const much = Buffer.alloc(1 << 20, "x"); for (let n = 0; n < 640; n++) try { fs.writeSync(1, much); } catch {}',
    outcome: "ok",
  },
  {
    title: "writes to stderr after its answer",
    body: 'setImmediate(() => setInterval(() => fs.writeSync(2, "late\\n"), 1));',
    outcome: "ok",
  },
  {
    title: "replaces the console and destroys stdout",
    body: "globalThis.console = undefined; process.stdout.destroy();",
    outcome: "ok",
  },
  // --- processes
  {
    title: "starts a detached child",
    body: `note(require("child_process").spawn("sleep", ["1000"], { detached: true, stdio: "ignore" }).pid);`,
    outcome: "ok",
  },
  {
    title: "starts a child that holds its output open",
    body: `note(require("child_process").spawn("sleep", ["1000"], { stdio: "inherit" }).pid); process.exit(0);`,
    outcome: EXITED,
  },
  {
    title: "leaves an orphan in a session of its own",
    body: `const script = "const { spawn } = require('child_process'); process.stdout.write(String(spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).pid)); process.exit()";
      note(require("child_process").execFileSync(process.execPath, ["-e", script]).toString());`,
    outcome: "ok",
  },
  {
    title: "starts processes that start processes",
    body: `const bomb = "const { spawn } = require('child_process'); const [list, depth] = process.argv.slice(1); require('fs').appendFileSync(list, process.pid + ' '); if (depth > 0) for (let n = 0; n < 2; n++) spawn(process.execPath, ['-e', process.env.BOMB, list, depth - 1], { stdio: 'ignore', detached: n > 0 }); setInterval(() => {}, 1000);";
      const env = { ...process.env, BOMB: bomb };
      require("child_process").spawn(process.execPath, ["-e", bomb, LIST, "2"], { stdio: "ignore", env });
      while (fs.readFileSync(LIST, "utf8").trim().split(" ").length < 8) await new Promise((done) => setTimeout(done, 20));`,
    outcome: "ok",
  },
  {
    title: "aborts",
    body: "process.abort();",
    outcome: EXITED,
    says: /signal: aborted$/,
  },
  {
    title: "stops itself by a signal",
    body: 'process.kill(process.pid, "SIGSTOP");',
    outcome: TIMED_OUT,
  },
  {
    title: "stops its whole process group",
    body: 'process.kill(0, "SIGSTOP");',
    outcome: TIMED_OUT,
  },
  {
    title: "kills its parent process",
    body: 'process.kill(process.ppid, "SIGKILL"); await new Promise(() => setInterval(() => {}, 1000));',
    outcome: EXITED,
    says: /signal: killed$/,
  },
  {
    title: "reads its parent's environment",
    body: "if (fs.existsSync('/proc') && fs.readFileSync(`/proc/${process.ppid}/environ`, 'utf8').includes('HOST_SECRET')) throw new Error('seen');",
    outcome: "ok",
  },
  {
    title: "looks for a secret in its own environment, arguments and parent's arguments",
    body: `const read = (file) => fs.existsSync("/proc") ? fs.readFileSync(file, "utf8") : "";
      const seen = ["self/environ", "self/cmdline", process.ppid + "/cmdline"].map((file) => read("/proc/" + file)).join();
      const hex = seen.replace(process.env.AWS_LAMBDA_LOG_STREAM_NAME, "").match(/\\b[0-9a-f]{32}\\b/);
      if (hex) throw new Error("seen");`,
    outcome: "ok",
  },
  // --- computation
  { title: "computes for ever", body: "for (;;);", outcome: TIMED_OUT },
  { title: "awaits nothing for ever", body: "for (;;) await null;", outcome: TIMED_OUT },
  {
    title: "never settles",
    body: "setInterval(() => {}, 10); await new Promise(() => {});",
    outcome: TIMED_OUT,
  },
  {
    title: "calls itself for ever",
    body: "const again = () => again() + 1; again();",
    outcome: "RangeError",
    says: /call stack/,
  },
  {
    title: "takes memory without end",
    body: "const all = []; for (;;) all.push(new Array(100_000).fill(all.length));",
    outcome: "Runtime.OutOfMemory",
    timeout: 20,
  },
  {
    title: "answers 24 MB",
    body: 'return "x".repeat(24 << 20);',
    outcome: "Function.ResponseSizeTooLarge",
    timeout: 20,
  },
  {
    title: "answers more than its memory",
    body: 'return "x".repeat(100 << 20);',
    outcome: "Runtime.OutOfMemory",
    timeout: 20,
  },
  {
    title: "answers what cannot be JSON",
    body: "const own = {}; own.own = own; return own;",
    outcome: "Runtime.JSONStringifyError",
  },
  {
    title: "leaves a worker thread that spins",
    body: 'const { Worker } = require("worker_threads"); await new Promise((up) => new Worker("for (;;);", { eval: true }).on("online", up));',
    outcome: "ok",
  },
  // --- exits
  {
    title: "rejects a promise that nobody handles",
    body: 'Promise.reject(new Error("lost")); await new Promise((done) => setTimeout(done, 500));',
    outcome: "Runtime.UnhandledPromiseRejection",
    says: /lost/,
  },
  {
    title: "ends its process in a timer",
    body: "setTimeout(() => process.exit(7), 10); await new Promise((done) => setTimeout(done, 900));",
    outcome: EXITED,
    says: /exit status 7$/,
  },
  {
    title: "ends its process with a code that a shell uses for signals",
    body: "process.exit(137);",
    outcome: EXITED,
    says: /exit status 137$/,
  },
  {
    title: "throws in a timer, without the runtime's listeners",
    body: 'process.removeAllListeners("uncaughtException"); setTimeout(() => { throw new Error("late"); }, 10); await new Promise((done) => setTimeout(done, 900));',
    outcome: EXITED,
  },
  // --- replaced globals
  {
    title: "replaces JSON",
    body: 'JSON.parse = () => ({ forged: true }); JSON.stringify = () => "forged";',
    outcome: "ok",
  },
  {
    title: "replaces the promise, the timers and the buffer",
    body: "globalThis.Promise = function () {}; globalThis.setTimeout = globalThis.setImmediate = () => {}; Buffer.from = () => { throw new Error('none'); };",
    outcome: "ok",
  },
  {
    title: "gives every object and array a toJSON",
    body: "Object.prototype.toJSON = Array.prototype.toJSON = () => 'forged'; throw new TypeError('as thrown');",
    outcome: "TypeError",
    says: /^as thrown$/,
  },
  {
    title: "replaces what writes to descriptors and ends processes",
    body: "fs.writeSync = fs.write = () => { throw new Error('none'); }; process.exit = () => {};",
    outcome: "ok",
  },
  {
    title: "replaces http",
    body: "for (const name of ['http', 'https', 'net']) for (const key of Object.keys(require(name))) try { require(name)[key] = undefined; } catch {}",
    outcome: "ok",
  },
  // --- the disk
  {
    title: "writes a file larger than its ephemeral storage",
    body: "const file = LIST + '-large'; try { fs.writeFileSync(file, ''); fs.truncateSync(file, 600 << 20); } finally { fs.rmSync(file); }",
    outcome: `${EXITED}|Error`,
  },
  {
    title: "removes its own code and its neighbours'",
    body: "fs.rmSync(process.env.LAMBDA_TASK_ROOT, { recursive: true, force: true }); process.exit(0);",
    outcome: EXITED,
  },
];
