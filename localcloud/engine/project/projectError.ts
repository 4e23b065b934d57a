/** Thrown for project files that the engine cannot use; the message says which and how to fix them. */
export class ProjectError extends Error {
  override readonly name = "ProjectError";
}
