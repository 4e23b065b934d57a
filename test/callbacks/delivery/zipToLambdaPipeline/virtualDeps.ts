import { Readable } from "node:stream";
import type { AwsCredentialIdentity, HttpHandlerOptions } from "@aws-sdk/types";
import { S3Client } from "@aws-sdk/client-s3";
import { systemDeps } from "../../../../callbacks/deps";
import type { WorkerDeps } from "../../../../callbacks/delivery/zipToLambdaPipeline/workerDeps";
import { type Cloud, rootAccess } from "../../../../localcloud/testing";

/** Seconds and tries of the SDK's own retries, in the cloud's time. */
const ATTEMPTS = 6;
const THROTTLED_MS = 500;
const LONGEST_MS = 20_000;

/** Credentials of a worker, and when it ends. */
export interface Life {
  /** Number of calls after which the worker is killed, before or after the last one took effect. */
  readonly killAfter?: number;
  readonly killBeforeEffect?: boolean;
  /** Default: the root credentials of the account. */
  readonly credentials?: AwsCredentialIdentity;
  /**
   * Waits in the cloud's time until an open call would have an answer; returns true when there is nothing to receive.
   */
  isInVain?(body: string): Promise<boolean>;
  /** Called for each call that has been answered. */
  onCall?(path: string): void;
}

/** Clock of the cloud: all waits of handlers in this process are skipped. */
export class VirtualTime {
  private readonly due = new Set<{ readonly at: number }>();
  private pending = 0;

  constructor(
    readonly cloud: Cloud,
    readonly random: () => number,
  ) {}

  async sleep(ms: number): Promise<void> {
    const entry = { at: this.cloud.clock.now() + ms };
    this.due.add(entry);
    await this.cloud.clock.sleep(ms);
    this.due.delete(entry);
  }

  /** Runs until the work is done: time advances whenever no call is under way. */
  async during<Answer>(work: Promise<Answer>): Promise<Answer> {
    let isDone = false;
    const ended = work.finally(() => (isDone = true));
    ended.catch(() => undefined);
    while (!isDone) {
      for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (isDone || this.pending > 0 || this.due.size === 0) continue;
      const next = Math.min(...[...this.due].map(({ at }) => at)) - this.cloud.clock.now();
      await this.cloud.clock.advance(Math.max(1, next));
    }
    return ended;
  }

  /** Stops the clock until a call that is not a worker's is answered. */
  async hold<Answer>(call: Promise<Answer>): Promise<Answer> {
    this.pending += 1;
    return call.finally(() => (this.pending -= 1));
  }

  /** Returns the dependencies of a worker: each call takes some time, and retries wait on the cloud's clock. */
  deps({
    killAfter = Infinity,
    killBeforeEffect,
    isInVain,
    onCall,
    ...life
  }: Life = {}): WorkerDeps & {
    readonly killed: Promise<void>;
    kill(): void;
  } {
    const { endpoint, region, credentials: root } = rootAccess(this.cloud);
    const { credentials = root } = life;
    const inner = new S3Client({ endpoint, region, credentials }).config.requestHandler;
    let calls = 0;
    let isDead = false;
    let kill: () => void = () => undefined;
    const killed = new Promise<void>((resolve) => (kill = resolve));
    const never = (): Promise<never> => {
      isDead = true;
      kill();
      return new Promise<never>(() => undefined);
    };
    const handle: typeof inner.handle = async (request, options?: HttpHandlerOptions) => {
      calls += 1;
      if (isDead || calls > killAfter) return never();
      await this.sleep(5 + Math.floor(this.random() * 40));
      if (calls === killAfter && killBeforeEffect) return never();
      const isVain = await isInVain?.(String(request.body));
      if (isDead) return never();
      if (isVain) return { response: NOTHING() };
      this.pending += 1;
      const answered = await Promise.allSettled([inner.handle(request, options)]);
      this.pending -= 1;
      onCall?.(request.path);
      if (isDead || calls >= killAfter) return never();
      const [answer] = answered;
      if (answer.status === "rejected") throw answer.reason;
      return answer.value;
    };
    const requestHandler = { ...inner, handle, destroy: () => inner.destroy?.() };
    const aws = { endpoint, region, credentials, requestHandler, retryStrategy: this.retries() };
    return {
      ...systemDeps,
      now: () => this.cloud.clock.now(),
      sleep: (ms) => this.sleep(ms),
      random: this.random,
      aws,
      print: () => undefined,
      region,
      killed,
      kill: () => void never(),
    };
  }

  private retries() {
    return {
      acquireInitialRetryToken: async () => tokenOf(0),
      refreshRetryTokenForRetry: async (
        token: ReturnType<typeof tokenOf>,
        { errorType }: { readonly errorType: string },
      ) => {
        const count = token.getRetryCount() + 1;
        if (errorType === "CLIENT_ERROR" || count >= ATTEMPTS) throw new Error("no more tries");
        await this.sleep(Math.min(LONGEST_MS, this.random() * THROTTLED_MS * 2 ** count));
        return tokenOf(count);
      },
      recordSuccess: () => undefined,
    };
  }
}

/** An empty answer of a service. */
const NOTHING = () => ({ statusCode: 200, headers: {}, body: Readable.from(["{}"]) });

function tokenOf(count: number) {
  return { getRetryCount: () => count, getRetryDelay: () => 0 };
}

/** Returns numbers 0 <= n < 1, the same each time. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
