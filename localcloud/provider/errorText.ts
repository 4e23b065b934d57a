/** What went wrong in one line; an error of AWS begins with its code, which is sometimes all it says. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!("$metadata" in error)) return error.message;
  return error.message === "" || error.message === "UnknownError"
    ? error.name
    : `${error.name}: ${error.message}`;
}
