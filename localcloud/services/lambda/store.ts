import type { Clock } from "../../core/clock";
import type { Principal } from "../../core/principal";
import type { CloudApi, StoreScope } from "../../core/service";
import { parseArn } from "../../core/arn";
import { CodeDownloads } from "./model/codeDownloads";
import { CodeSources } from "./model/codeSource";
import { AsyncEvents } from "./async/asyncEvents";
import { Metrics } from "./model/metrics";
import type { EventSourceMapping, LambdaFunction } from "./model/model";
import { Pollers } from "./poller/pollers";
import { RoleSessions } from "./model/roleSession";
import { Activity } from "./runtime/activity";
import { Fleet } from "./runtime/fleet";
import { holdClock } from "./runtime/holdClock";
import { Invoker } from "./runtime/invoker";

/** Lambda's state in one region, and the runtime that executes its functions. */
export class LambdaStore {
  readonly functions = new Map<string, LambdaFunction>();
  readonly mappings = new Map<string, EventSourceMapping>();
  /** Source of the default: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  accountConcurrency = 1000;
  /** How long functions stay Pending and updates InProgress, in milliseconds of cloud time. */
  changeDelayMs = 0;
  /** Returns a number 0 <= n < 1, which decides the version that a weighted alias picks. */
  random: () => number = Math.random;
  stopped = false;

  readonly cloud: CloudApi;
  readonly clock: Clock;
  readonly region: string;
  /** Region and account in this store's ARNs. */
  readonly place: { readonly region: string; readonly accountId: string };
  readonly fleet: Fleet;
  readonly metrics: Metrics;
  readonly invoker: Invoker;
  readonly events: AsyncEvents;
  readonly roles: RoleSessions;
  readonly pollers: Pollers;
  readonly downloads: CodeDownloads;
  readonly codeSources: CodeSources;
  private readonly background = new Map<Activity, Promise<void>>();

  constructor(scope: StoreScope) {
    const { cloud, clock, region, accountId } = scope;
    this.cloud = cloud;
    this.clock = clock;
    this.region = region;
    this.place = { region, accountId };
    this.fleet = new Fleet(cloud, region);
    this.metrics = new Metrics(cloud, region);
    this.invoker = new Invoker(this.fleet, this, this.metrics, clock);
    this.roles = new RoleSessions(cloud);
    this.events = new AsyncEvents(this);
    this.pollers = new Pollers(this);
    this.downloads = new CodeDownloads(clock);
    this.codeSources = new CodeSources(this);
    cloud.events.on("killWorker", this.onKillWorker);
  }

  /** Tracks background work, so that `idle` and `stop` can wait for it. */
  track(work: (activity: Activity) => Promise<void>): void {
    const activity = new Activity();
    const tracked = work(activity)
      .catch((error: unknown) => process.emitWarning(`Lambda: ${String(error)}`))
      .finally(() => {
        this.background.delete(activity);
        activity.rest();
      });
    this.background.set(activity, tracked);
    holdClock(this.clock, activity);
  }

  /**
   * Resolves when no background work is busy. Work that waits for the clock does not count, nor do sleeping handlers.
   */
  async idle(): Promise<void> {
    for (;;) {
      const busy = [...this.background.keys()].filter(({ isResting }) => !isResting);
      if (busy.length === 0) return this.cloud.gathered.flush();
      await Promise.all(busy.map((activity) => activity.rests()));
    }
  }

  /** Returns the URL of a queue, as SQS returns it. */
  queueUrl(queueArn: string): string {
    const arn = parseArn(queueArn);
    return `${this.cloud.endpoint}/${arn?.accountId}/${arn?.resource}`;
  }

  /** Ends every process and poller. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cloud.events.off("killWorker", this.onKillWorker);
    this.pollers.stop();
    this.codeSources.stop();
    await this.fleet.stop();
    while (this.background.size > 0) await Promise.all(this.background.values());
  }

  private readonly onKillWorker = (principal: Principal): void => {
    if (principal.type === "role" && principal.accessKeyId !== undefined)
      this.fleet.kill(principal.accessKeyId);
  };
}
