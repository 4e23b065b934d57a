import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { RunEnd, RunRecord } from "./model";
import type { Pin } from "./ssh/hostKeys";

export const deploymentOnlyModule = true;

/** An occurrence: when it was due, and the hosts that it was for. */
export interface Occurrence {
  /** Its time; later ones are greater as texts. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** When a run that has not begun is `missed`. */
  readonly startBy: number;
  readonly hosts: readonly string[];
  /** Why there are no hosts, when that was decided. */
  readonly skipped?: string;
  /** Whether the messages to all hosts were sent. */
  readonly sent?: boolean;
  /** How many runs ended how, once all have. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** A run that may begin, at most once for each occurrence and host. */
export interface Claim {
  readonly occurrence: string;
  readonly host: string;
  readonly name: string;
  readonly now: number;
  /** When the run is over, whatever becomes of it. */
  readonly until: number;
  /** Whether it waits for no other run on the host. */
  readonly overlaps: boolean;
}

/** What is kept of a cron's runs. */
export interface RunStore {
  /** @returns "repeated" when the run was begun or ended before, "busy" while another run is on the host */
  claim(claim: Claim): Promise<"claimed" | "repeated" | "busy">;
  /** Ends a run that was claimed; false when somebody has given it up before. */
  finish(claim: Claim, end: RunEnd, now: number): Promise<boolean>;
  /** Records the end of a run that never began; false when there is a record already. */
  note(run: RunRecord & { readonly state: RunEnd["state"] }, now: number): Promise<boolean>;
  /** Ends a run that nobody ends any more; false when it has ended meanwhile. */
  giveUp(run: RunRecord, end: RunEnd, now: number): Promise<boolean>;
  /** The host's keys that were remembered. */
  pins(host: string): Promise<readonly Pin[]>;
  /** The hosts among these whose keys are remembered. */
  known(hosts: readonly string[]): Promise<ReadonlySet<string>>;
  /** Remembers a host's keys, unless some are known. */
  rememberPins(host: string, pins: readonly Pin[], source: string, now: number): Promise<void>;
  /** Begins an occurrence; what there is already when it was begun before. */
  begin(occurrence: Occurrence, now: number): Promise<Occurrence | undefined>;
  sent(occurrence: string): Promise<void>;
  close(occurrence: string, counts: Readonly<Record<string, number>>): Promise<void>;
  /** The last occurrences, newest first. */
  occurrences(last: number): Promise<Occurrence[]>;
  runs(occurrence: string): Promise<RunRecord[]>;
  /** A small text of the cron's own. */
  recall(name: string): Promise<string | undefined>;
  keep(name: string, text: string): Promise<void>;
}

/** Keys of the table: `id` and `part`. */
export const OCCURRENCES = "occurrences";
export const RUN = "run#";
export const HOST = "host#";
const CRON = "cron";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MOST_KEYS = 100;

type Item = Record<string, AttributeValue>;

export function dynamoStore(dynamodb: DynamoDBClient, table: string, recordDays: number): RunStore {
  const TableName = table;
  const expiresAt = (now: number): Item => ({
    expiresAt: { N: String(Math.floor(now / 1000) + recordDays * 86_400) },
  });

  const putNew = async (Item: Item): Promise<boolean> => {
    const ConditionExpression = "attribute_not_exists(id)";
    return unlessRefused(() =>
      dynamodb.send(new PutItemCommand({ TableName, Item, ConditionExpression })),
    );
  };

  const endUpdate = (
    { occurrence, host }: { occurrence: string; host: string },
    record: object,
  ) => ({
    TableName,
    Key: keyOf(RUN + occurrence, host),
    UpdateExpression: "SET #state = :state, #record = :record",
    ConditionExpression: "#state = :running",
    // Reserved words: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
    ExpressionAttributeNames: { "#state": "state", "#record": "record" },
    ExpressionAttributeValues: {
      ":running": { S: "running" },
      ":state": { S: (record as RunEnd).state },
      ":record": { S: JSON.stringify(record) },
    },
  });

  const release = ({ occurrence, host }: Claim): TransactWriteItem => ({
    Delete: {
      TableName,
      Key: keyOf(HOST + host, "lease"),
      ConditionExpression: "attribute_not_exists(id) OR occurrence = :occurrence",
      ExpressionAttributeValues: { ":occurrence": { S: occurrence } },
    },
  });

  return {
    async claim(claim) {
      const { occurrence, host, name, now, until, overlaps } = claim;
      const record: RunRecord = { occurrence, host, name, state: "running", startedAt: now };
      const run: TransactWriteItem = {
        Put: {
          TableName,
          Item: { ...itemOf(record), until: { N: String(until) }, ...expiresAt(now) },
          ConditionExpression: "attribute_not_exists(id)",
        },
      };
      const lease: TransactWriteItem = {
        Put: {
          TableName,
          Item: {
            ...keyOf(HOST + host, "lease"),
            occurrence: { S: occurrence },
            until: { N: String(until) },
            ...expiresAt(now),
          },
          ConditionExpression: "attribute_not_exists(id) OR #until < :now",
          ExpressionAttributeNames: { "#until": "until" },
          ExpressionAttributeValues: { ":now": { N: String(now) } },
        },
      };
      try {
        const TransactItems = overlaps ? [run] : [run, lease];
        await dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
        return "claimed";
      } catch (error) {
        const [first, second] = refusalsOf(error);
        if (first) return "repeated";
        if (second) return "busy";
        throw error;
      }
    },
    async finish(claim, end, now) {
      const { occurrence, host, name, now: startedAt, overlaps } = claim;
      const record = { occurrence, host, name, startedAt, endedAt: now, ...end };
      const update: TransactWriteItem = { Update: endUpdate(claim, record) };
      try {
        const TransactItems = overlaps ? [update] : [update, release(claim)];
        await dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
        return true;
      } catch (error) {
        const [first, second] = refusalsOf(error);
        if (first) return false;
        if (!second) throw error;
        // Somebody else has the lease by now: it had run out.
        return unlessRefused(() => dynamodb.send(new UpdateItemCommand(endUpdate(claim, record))));
      }
    },
    note: (run, now) => putNew({ ...itemOf({ ...run, endedAt: now }), ...expiresAt(now) }),
    giveUp: (run, end, now) =>
      unlessRefused(() =>
        dynamodb.send(new UpdateItemCommand(endUpdate(run, { ...run, ...end, endedAt: now }))),
      ),
    async pins(host) {
      const Key = keyOf(HOST + host, "keys");
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName, Key, ConsistentRead: true }),
      );
      return JSON.parse(Item?.pins?.S ?? "[]") as Pin[];
    },
    async known(hosts) {
      const found = new Set<string>();
      let Keys = hosts.map((host) => keyOf(HOST + host, "keys"));
      while (Keys.length > 0) {
        const asked = Keys.slice(0, MOST_KEYS);
        const RequestItems = { [TableName]: { Keys: asked, ProjectionExpression: "id" } };
        const answer = await dynamodb.send(new BatchGetItemCommand({ RequestItems }));
        for (const { id } of answer.Responses?.[TableName] ?? [])
          found.add(id.S?.slice(HOST.length) ?? "");
        const left = answer.UnprocessedKeys?.[TableName]?.Keys ?? [];
        Keys = [...Keys.slice(MOST_KEYS), ...left];
      }
      return found;
    },
    async rememberPins(host, pins, source, now) {
      await putNew({
        ...keyOf(HOST + host, "keys"),
        pins: { S: JSON.stringify(pins) },
        source: { S: source },
        at: { S: new Date(now).toISOString() },
      });
    },
    async begin(occurrence, now) {
      const { id, sent: _sent, ...rest } = occurrence;
      const Item = {
        ...keyOf(OCCURRENCES, id),
        occurrence: { S: JSON.stringify(rest) },
        ...expiresAt(now),
      };
      if (await putNew(Item)) return undefined;
      const Key = keyOf(OCCURRENCES, id);
      const found = await dynamodb.send(
        new GetItemCommand({ TableName, Key, ConsistentRead: true }),
      );
      return occurrenceOf(found.Item ?? {});
    },
    async sent(occurrence) {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(OCCURRENCES, occurrence),
          UpdateExpression: "SET sent = :true",
          ExpressionAttributeValues: { ":true": { BOOL: true } },
        }),
      );
    },
    async close(occurrence, counts) {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(OCCURRENCES, occurrence),
          UpdateExpression: "SET #counts = :counts",
          ExpressionAttributeNames: { "#counts": "counts" },
          ExpressionAttributeValues: { ":counts": { S: JSON.stringify(counts) } },
        }),
      );
    },
    async occurrences(last) {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "id = :id",
          ExpressionAttributeValues: { ":id": { S: OCCURRENCES } },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: last,
        }),
      );
      return Items.map(occurrenceOf);
    },
    async runs(occurrence) {
      const found: RunRecord[] = [];
      let next: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await dynamodb.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "id = :id",
            ExpressionAttributeValues: { ":id": { S: RUN + occurrence } },
            ConsistentRead: true,
            ExclusiveStartKey: next,
          }),
        );
        found.push(...Items.map(runOf));
        next = LastEvaluatedKey;
      } while (next);
      return found;
    },
    async recall(name) {
      const Key = keyOf(CRON, name);
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
      return Item?.text?.S;
    },
    async keep(name, text) {
      const Item = { ...keyOf(CRON, name), text: { S: text } };
      await dynamodb.send(new PutItemCommand({ TableName, Item }));
    },
  };
}

export function keyOf(id: string, part: string): Item {
  return { id: { S: id }, part: { S: part } };
}

function itemOf(run: RunRecord): Item {
  return {
    ...keyOf(RUN + run.occurrence, run.host),
    state: { S: run.state },
    record: { S: JSON.stringify(run) },
  };
}

/** A record of the table; `until` is when a run that still runs is over, whatever becomes of it. */
export function runOf({ record, until }: Item): RunRecord & { readonly until?: number } {
  return {
    ...(JSON.parse(record?.S ?? "{}") as RunRecord),
    ...(until?.N === undefined ? {} : { until: Number(until.N) }),
  };
}

export function occurrenceOf({ part, occurrence, sent, counts }: Item): Occurrence {
  return {
    id: part?.S ?? "",
    ...(JSON.parse(occurrence?.S ?? "{}") as Omit<Occurrence, "id">),
    sent: sent?.BOOL ?? false,
    ...(counts?.S === undefined ? {} : { counts: JSON.parse(counts.S) as Record<string, number> }),
  };
}

/** True when a write happened, false when its condition did not hold. */
async function unlessRefused(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if ((error as Error).name === "ConditionalCheckFailedException") return false;
    throw error;
  }
}

/** Which parts of a transaction had a condition that did not hold. */
function refusalsOf(error: unknown): boolean[] {
  const { name, CancellationReasons = [] } = error as {
    name?: string;
    CancellationReasons?: { Code?: string }[];
  };
  if (name !== "TransactionCanceledException") return [];
  return CancellationReasons.map(({ Code }) => Code === "ConditionalCheckFailed");
}

/** Forgets the keys of a host: the next occurrence learns them anew. */
export async function forgetPins(
  dynamodb: DynamoDBClient,
  table: string,
  host: string,
): Promise<void> {
  const Key = keyOf(HOST + host, "keys");
  await dynamodb.send(new DeleteItemCommand({ TableName: table, Key }));
}
