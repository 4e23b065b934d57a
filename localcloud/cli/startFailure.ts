import { ProjectError } from "../engine/projectError";

/** Prints why the cloud did not start and how to fix it; returns the exit code. Unexpected errors are rethrown. */
export function explainStartFailure(error: unknown, port: number): number {
  if (error instanceof ProjectError) {
    process.stderr.write(`localcloud: ${error.message}\n`);
    return 1;
  }
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === "mkdtemp") {
    process.stderr.write(
      `localcloud: cannot create a folder for temporary files (${message}): set TMPDIR to a folder that exists, is ` +
        "writable and has free space.\n",
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
