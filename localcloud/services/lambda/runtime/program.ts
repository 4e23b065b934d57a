import { spawnSync } from "node:child_process";
import { packageFile } from "../../../core/packageRoot";

/** Share of the memory that AWS gives to V8's old space; the rest is for buffers and the runtime. */
const OLD_SPACE_SHARE = 0.9;

/** Milliseconds that an interpreter may take to report its path. */
const ANSWER_MS = 10_000;

/** Paths of interpreters by the question they answered; looked up once per process. */
const interpreters = new Map<string, string | undefined>();

/** Returns the command line of a runtime: the program, and the file that loads the handler. */
export function runtimeProgram(runtime: string, memorySize: number): readonly string[] {
  if (!isPython(runtime))
    return [
      process.execPath,
      `--max-old-space-size=${Math.floor(memorySize * OLD_SPACE_SHARE)}`,
      packageFile("services/lambda/runtime/node/bootstrap.cjs"),
    ];
  const python = findPython(runtime);
  if (python === undefined) throw new Error(noPython(runtime));
  // -S: as on AWS, packages that are installed on this computer are invisible. -B: Python writes no cache files into
  // the code's folder.
  return [python, "-B", "-S", "-u", packageFile("services/lambda/runtime/python/bootstrap.py")];
}

export function isPython(runtime: string): boolean {
  return runtime.startsWith("python");
}

/**
 * Returns the interpreter for a Python runtime: LOCALCLOUD_PYTHON, the exact version, or else any Python 3. Returns
 * undefined if there is none.
 */
export function findPython(runtime: string): string | undefined {
  const configured = process.env.LOCALCLOUD_PYTHON;
  for (const command of configured ? [configured] : [runtime, "python3", "python"]) {
    if (!interpreters.has(command)) interpreters.set(command, ask(command));
    const found = interpreters.get(command);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function noPython(runtime: string): string {
  const configured = process.env.LOCALCLOUD_PYTHON;
  return configured
    ? `LOCALCLOUD_PYTHON is '${configured}', which is no Python 3; name one to run functions of ${runtime}.`
    : `This computer has no Python 3 on its PATH to run functions of ${runtime}; install one, or name it in LOCALCLOUD_PYTHON.`;
}

/** Returns the interpreter's real path, which avoids a version manager's wrapper at every start. */
function ask(command: string): string | undefined {
  const script = "import sys; sys.version_info >= (3, 8) and print(sys.executable)";
  const { status, stdout } = spawnSync(command, ["-c", script], {
    encoding: "utf8",
    timeout: ANSWER_MS,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const path = stdout?.trim();
  return status === 0 && path ? path : undefined;
}
