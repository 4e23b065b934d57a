// The options of each command, as main passes them on.

export interface UpRequest {
  readonly command: "up";
  readonly stack: string;
  readonly port: number;
  readonly directory: string;
  /** Applies source changes when files are saved. */
  readonly watch: boolean;
  /** Shows the functions' logs. */
  readonly follow: boolean;
  /** Keeps traces of causes and effects, for the console. */
  readonly traces: boolean;
  /** Opens the console in the browser. */
  readonly open: boolean;
  /** Prints only failures, and the summary at the end. */
  readonly quiet: boolean;
  /** Lets a debugger attach to each function. */
  readonly inspect: boolean;
  /** Folder in which the state is kept between runs; undefined = it is lost at the end. */
  readonly state: string | undefined;
}

export interface StartRequest {
  readonly command: "start";
  readonly port: number;
  readonly traces: boolean;
  /** As for `up`. */
  readonly state: string | undefined;
}

export interface ExecRequest {
  readonly command: "exec";
  readonly stack: string;
  /** 0 = a free port. */
  readonly port: number;
  readonly directory: string;
  /** Whether the program is deployed before the command runs. */
  readonly program: boolean;
  readonly traces: boolean;
  readonly quiet: boolean;
  readonly run: readonly [string, ...string[]];
}

export interface InitRequest {
  readonly command: "init";
  readonly directory: string;
  /** Name of the project; the folder's name by default. */
  readonly name: string | undefined;
}

/** A command for an already running cloud. */
export type RunningRequest = { readonly endpoint: string } & (
  | { readonly command: "status" | "env" }
  | {
      readonly command: "logs";
      /** A function or a component; undefined = all. */
      readonly of: string | undefined;
      readonly follow: boolean;
    }
  | {
      readonly command: "invoke";
      readonly of: string;
      /** A file with JSON, JSON text or `-` for standard input. */
      readonly event: string | undefined;
    }
  | { readonly command: "requests"; readonly follow: boolean }
  | {
      readonly command: "clock";
      /** `+15m`; undefined = only print the time. */
      readonly advance: string | undefined;
    }
  | { readonly command: "reset" }
  | { readonly command: "faults"; readonly words: readonly string[] }
);

export interface HelpRequest {
  readonly command: "help";
  readonly topic?: Topic;
}

/** Topics with a help text: every command. */
export type Topic = "up" | "start" | "exec" | "init" | RunningRequest["command"];

export type Request =
  | UpRequest
  | StartRequest
  | ExecRequest
  | InitRequest
  | RunningRequest
  | HelpRequest
  | { readonly command: "version" };
