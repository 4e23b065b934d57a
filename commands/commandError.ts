/** Something that the user of a command can understand and act on; shown without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
