/**
 * The parts of the package `dynalite` that run without its HTTP server. It ships no types; these are
 * the shapes of version 4.0.0, which is pinned because they are not its public interface.
 */
import type { WireItem, WireObject } from "./attributeValues";

/** Answers with a result, or with an error that holds DynamoDB's answer. */
export type Callback<Result = unknown> = (error: unknown, result: Result) => void;

/** A request after validation; expressions have been parsed into the members with an underscore. */
export interface CheckedRequest extends WireObject {
  _condition?: { expression: Expression };
  _filter?: { expression: Expression };
}

/** A condition in parsed form; arguments are paths (arrays), nested expressions or attribute values. */
export interface Expression {
  readonly type: string;
  readonly name?: string;
  readonly args: readonly (Expression | readonly (string | number)[] | WireObject)[];
}

/** What dynalite keeps of a table: enough to place its items. */
export interface DynaliteTable extends WireObject {
  TableName: string;
  TableStatus: "ACTIVE";
}

interface KeyValueStore {
  put(key: string, value: unknown, callback: Callback<void>): void;
  get(key: string, callback: Callback): void;
  del(key: string, callback: Callback<void>): void;
  createValueStream(options: object): AsyncIterable<unknown>;
}

export interface DynaliteStore {
  readonly tableDb: KeyValueStore;
  readonly db: { close(): Promise<void> };
  getItemDb(table: string): KeyValueStore;
  getIndexDb(type: string, table: string, index: string): KeyValueStore;
  deleteItemDb(table: string, callback: Callback<void>): void;
  deleteIndexDb(type: string, table: string, index: string, callback: Callback<void>): void;
}

export interface DynaliteDb {
  create(options: object): DynaliteStore;
  validateKey(key: WireObject, table: DynaliteTable): Error | undefined | null;
  validateItem(item: WireObject, table: DynaliteTable): Error | undefined | null;
  createKey(item: WireObject, table: DynaliteTable): string;
  checkConditional(request: CheckedRequest, item: WireItem | undefined): Error | undefined | null;
  getIndexActions(
    indexes: readonly unknown[],
    oldItem: WireItem | null,
    newItem: WireItem | null,
    table: DynaliteTable,
  ): { puts: readonly { key: string; item: WireItem }[] };
}

interface Validation {
  readonly types: object;
  readonly custom?: (data: WireObject, store: DynaliteStore) => string | undefined;
}

interface Validations {
  checkTypes(data: WireObject, types: object): CheckedRequest;
  checkValidations(
    data: CheckedRequest,
    types: object,
    custom: Validation["custom"],
    store: DynaliteStore,
  ): void;
}

export type Action = (store: DynaliteStore, data: CheckedRequest, callback: Callback) => void;

/** The modules, loaded when the first table is made; the casts give them the shapes above. */
/* eslint-disable @typescript-eslint/no-require-imports */
export const dynalite = {
  get db(): DynaliteDb {
    return require("dynalite/db") as DynaliteDb;
  },
  get validations(): Validations {
    return require("dynalite/validations") as Validations;
  },
  validation(operation: string): Validation {
    return require(`dynalite/validations/${operation}`) as Validation;
  },
  action(operation: string): Action {
    return require(`dynalite/actions/${operation}`) as Action;
  },
};
/* eslint-enable @typescript-eslint/no-require-imports */
