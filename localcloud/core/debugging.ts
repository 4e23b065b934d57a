export interface DebuggingOptions {
  /** Folder with source maps of deployed code, as `<SHA-256 of the file>.map`. */
  readonly sourceMaps?: string;
  /** Port of 127.0.0.1 on which a debugger finds the first function; the others follow. Default: nowhere. */
  readonly inspect?: number;
}

/** What helps a developer to find a place in the code of a function. */
export class Debugging {
  private readonly ports = new Map<string, number>();

  constructor(private readonly options: DebuggingOptions) {}

  get sourceMaps(): string | undefined {
    return this.options.sourceMaps;
  }

  /** The port of 127.0.0.1 on which a debugger finds a function, the same for all of its processes. */
  portOf(functionName: string): number | undefined {
    const { inspect } = this.options;
    if (inspect === undefined) return undefined;
    const port = this.ports.get(functionName) ?? inspect + this.ports.size;
    this.ports.set(functionName, port);
    return port;
  }
}
