/** An error that the user of a command can understand and fix; shown without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
