export const deploymentOnlyModule = true;

/** What a handler needs from outside, so that tests control time and randomness. */
export interface Deps {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Returns a random number, 0 <= n < 1. */
  random(): number;
  /** Settings of every AWS client, in addition to its own. Lambda needs none: its environment has them. */
  readonly aws: {
    readonly endpoint?: string;
    readonly region?: string;
    readonly credentials?: {
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    };
  };
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** Lambda's own clock and network. */
export const systemDeps: Deps = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
  aws: {},
  fetch: (url, init) => fetch(url, init),
};
