export const deploymentOnlyModule = true;

/** Milliseconds from the start of a run in which a denied call is retried. */
export const DENIED_RETRY_TIME = 30_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 4_000;

/** What waiting needs from outside, so that tests control time. */
export interface RetryDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

const systemDeps: RetryDeps = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

type Handler<Args, Answer> = (args: Args) => Promise<Answer>;

export interface DeniedRetry {
  /** Marks the start of a run: the role's policy may have been written seconds ago. */
  begin(): void;
  /** For the step "initialize" of an AWS client: retries its calls while they are denied. */
  middleware<Args, Answer>(next: Handler<Args, Answer>): Handler<Args, Answer>;
}

/**
 * Creates the retry of denied calls. An update calls its functions seconds after it has written their policies, and IAM
 * is eventually consistent: what a role was granted may still be denied for a while.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export function createDeniedRetry({ now, sleep }: RetryDeps = systemDeps): DeniedRetry {
  let until = 0;
  return {
    begin: () => {
      until = now() + DENIED_RETRY_TIME;
    },
    middleware: (next) => async (args) => {
      for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 2)) {
        try {
          return await next(args);
        } catch (error) {
          if (!isDenied(error) || now() + wait > until) throw error;
          await sleep(wait);
        }
      }
    },
  };
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && /^AccessDenied(Exception)?$/.test(error.name);
}
