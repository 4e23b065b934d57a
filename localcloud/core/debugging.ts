export interface DebuggingOptions {
  /** Folder with source maps of deployed code, as `<SHA-256 of the file>.map`. */
  readonly sourceMaps?: string;
  /**
   * Port on 127.0.0.1 for the debugger of the first function; further functions use the next ports. Default: no
   * debugger.
   */
  readonly inspect?: number;
}

/** Settings for debugging the code of functions: source maps and debugger ports. */
export class Debugging {
  private readonly ports = new Map<string, number>();

  constructor(private readonly options: DebuggingOptions) {}

  get sourceMaps(): string | undefined {
    return this.options.sourceMaps;
  }

  /** Returns the debugger's port on 127.0.0.1 for a function, the same for all of its processes. */
  portOf(functionName: string): number | undefined {
    const { inspect } = this.options;
    if (inspect === undefined) return undefined;
    const port = this.ports.get(functionName) ?? inspect + this.ports.size;
    this.ports.set(functionName, port);
    return port;
  }
}
