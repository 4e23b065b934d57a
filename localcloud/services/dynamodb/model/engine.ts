import { AwsError } from "../../../core/errors";
import { toWire, type WireItem, type WireObject } from "./attributeValues";
import { checkDepth } from "./checkItem";
import { checkValues } from "./checkValues";
import {
  createStore,
  dynalite,
  type Callback,
  type CheckedRequest,
  type DynaliteStore,
  type DynaliteTable,
  type StoredEntry,
} from "./dynalite";
import { checkExpressionSizes, checkOperands } from "./expressionLimits";
import { useOwnSemantics } from "./ownSemantics";
import { wordSyntaxError } from "./syntaxErrors";

/** Operations that dynalite executes. */
export type EngineOperation =
  | "BatchGetItem"
  | "BatchWriteItem"
  | "DeleteItem"
  | "GetItem"
  | "PutItem"
  | "Query"
  | "Scan"
  | "UpdateItem";

/** A secondary index, as the storage needs it. */
export interface EngineIndex {
  readonly type: "Local" | "Global";
  readonly name: string;
}

/**
 * The storage of one region: dynalite in this process, in memory, without its server. It validates data requests as
 * DynamoDB does and executes them. Tables are managed outside of it; it knows only their keys.
 */
export class Engine {
  private opened: DynaliteStore | undefined;

  /**
   * Runs a data operation with input in the SDK's shape. Returns output in wire format.
   *
   * @param inspect throws if the request has other errors.
   */
  async run<Output extends WireObject>(
    operation: EngineOperation,
    input: object,
    inspect?: (request: CheckedRequest) => void,
  ): Promise<Output> {
    const request = this.check(operation, input);
    inspect?.(request);
    const result = await this.ask((callback) =>
      dynalite.action(moduleName(operation))(this.store, request, callback),
    );
    // The caller specifies the output type of the operation that it runs.
    return result as Output;
  }

  /** Returns the validated request for dynalite. Throws the errors of DynamoDB's front end. */
  check(operation: EngineOperation | "CreateTable", input: object): CheckedRequest {
    const { types, custom } = dynalite.validation(moduleName(operation));
    try {
      const request = dynalite.validations.checkTypes(toWire(input), types);
      checkValues(request);
      checkExpressionSizes(request);
      dynalite.validations.checkValidations(request, types, custom, this.store);
      checkDepth((request.ExpressionAttributeValues ?? {}) as WireItem);
      checkOperands(request);
      useOwnSemantics(request);
      return request;
    } catch (thrown) {
      const error = asAwsError(thrown);
      throw error instanceof AwsError
        ? new AwsError(error.code, wordSyntaxError(error.message, input))
        : error;
    }
  }

  /** Checks whether the item meets the request's condition. */
  meets(request: CheckedRequest, item: WireItem | undefined): boolean {
    return !dynalite.db.checkConditional(request, item);
  }

  /**
   * Returns a string that is the same for equal keys. Throws DynamoDB's error for a key that does not match the
   * table.
   */
  place(request: CheckedRequest, table: DynaliteTable): string {
    const { db } = dynalite;
    // The operation's validation ensures that one of the two is present.
    const [key, wrong] = request.Item
      ? [request.Item as WireObject, db.validateItem(request.Item as WireObject, table)]
      : [request.Key as WireObject, db.validateKey(request.Key as WireObject, table)];
    if (wrong) throw asAwsError(wrong);
    return `${table.TableName}/${db.createKey(key, table)}`;
  }

  async writeTable(table: DynaliteTable): Promise<void> {
    await this.ask<void>((callback) => this.store.tableDb.put(table.TableName, table, callback));
  }

  async dropTable(name: string, indexes: readonly EngineIndex[]): Promise<void> {
    await this.ask<void>((callback) => this.store.tableDb.del(name, callback));
    await this.ask<void>((callback) => this.store.deleteItemDb(name, callback));
    for (const index of indexes) await this.dropIndex(name, index);
  }

  async dropIndex(table: string, { type, name }: EngineIndex): Promise<void> {
    await this.ask<void>((callback) => this.store.deleteIndexDb(type, table, name, callback));
  }

  /** Fills a new index of an existing table. Items without its keys, or with keys of wrong types, are omitted. */
  async fillIndex(table: DynaliteTable, index: EngineIndex, definition: object): Promise<void> {
    const target = this.store.getIndexDb(index.type, table.TableName, index.name);
    for await (const item of this.items(table.TableName)) {
      if (dynalite.db.validateItem(item, table)) continue;
      const { puts } = dynalite.db.getIndexActions([definition], null, item, table);
      for (const { key, item: projected } of puts)
        await this.ask<void>((callback) => target.put(key, projected, callback));
    }
  }

  /** Returns everything that is stored, in the storage's own form; undefined if nothing was ever stored. */
  async save(): Promise<readonly StoredEntry[] | undefined> {
    return this.opened?.db.iterator({}).all();
  }

  async load(entries: readonly StoredEntry[]): Promise<void> {
    const puts = entries.map(([key, value]) => ({ type: "put", key, value }) as const);
    await this.ask<void>((callback) => this.store.db.batch(puts, callback));
  }

  async close(): Promise<void> {
    await this.opened?.db.close();
  }

  private async *items(table: string): AsyncIterable<WireItem> {
    // dynalite stores items unchanged, in wire format.
    for await (const item of this.store.getItemDb(table).createValueStream({}))
      yield item as WireItem;
  }

  private get store(): DynaliteStore {
    return (this.opened ??= createStore());
  }

  private ask<Result>(start: (callback: Callback<Result>) => void): Promise<Result> {
    return new Promise((resolve, reject) => {
      start((error, result) => (error ? reject(asAwsError(error)) : resolve(result)));
    });
  }
}

function moduleName(operation: string): string {
  return operation.charAt(0).toLowerCase() + operation.slice(1);
}

/** Converts dynalite's errors, which contain the body that DynamoDB would send. */
function asAwsError(error: unknown): Error {
  if (!(error instanceof Error) || !("body" in error)) return error as Error;
  const { __type, message, Message } = error.body as Record<string, string>;
  return new AwsError(__type.split("#").pop() ?? __type, asReworded(message ?? Message ?? ""));
}

/** Returns an error message of dynalite in DynamoDB's present words. */
function asReworded(message: string): string {
  if (/The AttributeValue for a key attribute cannot contain an empty/.test(message))
    return message.replace("values were invalid: ", "values are not valid. ");
  const [, operator] = /operator: (ADD|DELETE), operand type: \w+$/.exec(message) ?? [];
  return operator === undefined ? message : `${message}, typeSet: ALLOWED_FOR_${operator}_OPERAND`;
}
