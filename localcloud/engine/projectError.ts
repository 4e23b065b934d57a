/** The project's files do not say what the engine needs; the message says which and how to mend it. */
export class ProjectError extends Error {
  override readonly name = "ProjectError";
}
