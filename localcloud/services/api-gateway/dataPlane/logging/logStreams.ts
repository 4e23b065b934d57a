/** Open streams of log groups; each is created once. */
export class LogStreams {
  private readonly streams = new Map<string, Promise<string>>();

  /** Returns the name of the group's stream. The first time, `create` creates it and returns its name. */
  open(group: string, create: () => Promise<string>): Promise<string> {
    const known = this.streams.get(group);
    if (known) return known;
    const created = create();
    this.streams.set(group, created);
    created.catch(() => this.forget(group));
    return created;
  }

  forget(group: string): void {
    this.streams.delete(group);
  }
}
