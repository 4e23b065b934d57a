import { ProjectError } from "../../engine/project/projectError";
import type { StateFolder } from "../../engine/state/stateFolder";

/** Node.js's error of a server that cannot listen. */
interface PortError extends NodeJS.ErrnoException {
  readonly port?: number;
}

/**
 * Prints why the cloud did not start and how to fix it; returns the exit code. Unexpected errors are rethrown.
 *
 * @param wanted port, 0 = any
 * @param folder whose state the cloud would have continued with
 */
export function explainStartFailure(error: unknown, wanted: number, folder?: StateFolder): number {
  if (error instanceof ProjectError) {
    process.stderr.write(`localcloud: ${error.message}\n`);
    return 1;
  }
  const { code, syscall, message, port = wanted } = error as PortError;
  if (syscall === "mkdtemp") {
    process.stderr.write(
      `localcloud: cannot create a folder for temporary files (${message}): set TMPDIR to a folder that exists, is ` +
        "writable and has free space.\n",
    );
    return 1;
  }
  if (code === "EADDRINUSE" && folder?.savedPort() === port) {
    process.stderr.write(
      `localcloud: port ${port} on 127.0.0.1 is in use, and the addresses in the state in ${folder.directory} contain it: ` +
        "end what uses the port, perhaps another local cloud, or give --state another folder.\n",
    );
    return 1;
  }
  if (code === "EADDRINUSE") {
    process.stderr.write(
      `localcloud: port ${port} on 127.0.0.1 is in use, perhaps by another local cloud. ` +
        "Choose another with --port 4600 (npm start -- --port 4600), or --port 0 for a free one; " +
        "LOCALCLOUD_PORT=4600 does the same.\n",
    );
    return 1;
  }
  if (code === "EACCES") {
    process.stderr.write(
      `localcloud: this user may not listen on port ${port}; choose one above 1023 with --port.\n`,
    );
    return 1;
  }
  throw error;
}
