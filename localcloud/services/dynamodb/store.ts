import { formatArn, parseArn } from "../../core/arn";
import { type Clock, type ClockTimer, timeLeft } from "../../core/clock";
import type { StoreScope } from "../../core/service";
import { Engine } from "./model/engine";
import { resourceNotFound, tableNotFound } from "./model/errors";
import { RecentRequests } from "./model/recentRequests";
import { RegionLock } from "./model/regionLock";
import { sweepExpired, SWEEP_INTERVAL_MS } from "./model/sweepExpired";
import type { Table } from "./model/table";

/** The tables of one region. */
export class DynamoDbStore {
  readonly engine = new Engine();
  readonly tables = new Map<string, Table>();
  readonly lock = new RegionLock();
  readonly transactions = new RecentRequests();
  private sweeper: ClockTimer | undefined;

  constructor(private readonly scope: StoreScope) {}

  get clock(): Clock {
    return this.scope.clock;
  }

  arnOf(tableName: string): string {
    return formatArn("dynamodb", this.scope, `table/${tableName}`);
  }

  /**
   * Returns the name in a `TableName`, which may also be an ARN; the ARN itself if it is of another region or
   * account.
   */
  nameOf(tableName: string | undefined): string {
    const arn = parseArn(tableName ?? "");
    const name = arn?.resource.split("/")[1];
    return name !== undefined && this.arnOf(name) === tableName ? name : (tableName ?? "");
  }

  /** Returns the table of a data operation. Throws ResourceNotFoundException, as on AWS without the table's name. */
  table(tableName: string | undefined): Table {
    const table = this.tables.get(this.nameOf(tableName));
    if (!table) throw resourceNotFound();
    return table;
  }

  /** Returns the table of a control operation. Its error contains the table's name. */
  described(tableName: string | undefined): Table {
    const table = this.tables.get(this.nameOf(tableName));
    if (!table) throw tableNotFound(this.nameOf(tableName));
    return table;
  }

  byArn(arn: string | undefined): Table | undefined {
    return [...this.tables.values()].find((table) => table.arn === arn);
  }

  /** Starts to remove expired items regularly, as long as any table has time to live enabled. */
  startSweeping(ms = SWEEP_INTERVAL_MS): void {
    this.sweeper ??= this.clock.setTimeout(async () => {
      this.sweeper = undefined;
      for (const table of this.tables.values()) await sweepExpired(this, table);
      if ([...this.tables.values()].some(({ timeToLive }) => timeToLive)) this.startSweeping();
    }, ms);
  }

  /** Continues the removal in a restored store. */
  resumeSweeping(): void {
    const { sweeper } = this;
    this.sweeper = undefined;
    if (sweeper) this.startSweeping(timeLeft(sweeper, this.clock));
  }

  async close(): Promise<void> {
    this.clock.clearTimeout(this.sweeper);
    await this.engine.close();
  }
}
