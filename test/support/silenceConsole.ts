/** Silences the logs of handlers; returns a function that restores the console. */
export function silenceConsole(): () => void {
  const { log, error, warn } = console;
  const silent = (): void => undefined;
  Object.assign(console, { log: silent, error: silent, warn: silent });
  return () => void Object.assign(console, { log, error, warn });
}
