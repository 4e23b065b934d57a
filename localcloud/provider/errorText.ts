/** Describes an error in one line; an error of AWS starts with its code, which is sometimes its only content. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!("$metadata" in error)) return error.message;
  return error.message === "" || error.message === "UnknownError"
    ? error.name
    : `${error.name}: ${error.message}`;
}
