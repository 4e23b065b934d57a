// What each command was asked, as main hands it on.

export interface UpRequest {
  readonly command: "up";
  readonly stack: string;
  readonly port: number;
  readonly directory: string;
  /** Apply source changes as they are saved. */
  readonly watch: boolean;
  /** Show what the functions log. */
  readonly follow: boolean;
  /** Keep traces of what sets off what, for the console. */
  readonly traces: boolean;
  /** Open the console in the browser. */
  readonly open: boolean;
  /** Say only what failed, and what there is at the end. */
  readonly quiet: boolean;
  /** Let a debugger stop in each function. */
  readonly inspect: boolean;
}

export interface StartRequest {
  readonly command: "start";
  readonly port: number;
  readonly traces: boolean;
}

export interface ExecRequest {
  readonly command: "exec";
  readonly stack: string;
  /** 0 = a free port. */
  readonly port: number;
  readonly directory: string;
  /** Deploy the program before the command runs. */
  readonly program: boolean;
  readonly traces: boolean;
  readonly quiet: boolean;
  readonly run: readonly [string, ...string[]];
}

export interface InitRequest {
  readonly command: "init";
  readonly directory: string;
  /** Of the project; default the folder's. */
  readonly name: string | undefined;
}

/** To a cloud that runs already. */
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
      /** A file with JSON, JSON itself or `-` for standard input. */
      readonly event: string | undefined;
    }
  | { readonly command: "requests"; readonly follow: boolean }
  | {
      readonly command: "clock";
      /** `+15m`; undefined = only tell the time. */
      readonly advance: string | undefined;
    }
  | { readonly command: "reset" }
  | { readonly command: "faults"; readonly words: readonly string[] }
);

export interface HelpRequest {
  readonly command: "help";
  readonly topic?: Topic;
}

/** What there is help for: every command. */
export type Topic = "up" | "start" | "exec" | "init" | RunningRequest["command"];

export type Request =
  | UpRequest
  | StartRequest
  | ExecRequest
  | InitRequest
  | RunningRequest
  | HelpRequest
  | { readonly command: "version" };
