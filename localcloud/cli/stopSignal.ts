/** Aborts `signal` and resolves `promise` at the first SIGINT, SIGTERM or SIGHUP; a second one exits at once. */
export function untilStopped(): { signal: AbortSignal; promise: Promise<NodeJS.Signals> } {
  const controller = new AbortController();
  const promise = new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(name, () => {
        if (controller.signal.aborted) process.exit(130);
        controller.abort(new Error(name));
        resolve(name);
      });
  });
  return { signal: controller.signal, promise };
}
