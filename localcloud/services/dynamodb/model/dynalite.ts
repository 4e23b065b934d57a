/**
 * The parts of the package `dynalite` that work without its HTTP server. It has no types; these are the shapes in
 * version 4.0.0, which is pinned because they are not a public interface.
 */
import type { WireItem, WireObject } from "./attributeValues";

/** Called with a result, or with an error that contains DynamoDB's response. */
export type Callback<Result = unknown> = (error: unknown, result: Result) => void;

/** A request after validation. The members with an underscore are parsed expressions. */
export interface CheckedRequest extends WireObject {
  _condition?: { expression: Expression | DecidedExpression };
  _filter?: { expression: Expression | DecidedExpression };
  _updates?: { sections: UpdateSection[] };
  _projection?: { readonly paths: readonly (string | readonly (string | number)[])[] };
}

/** An expression that computes its own arguments for an item. */
export interface DecidedExpression {
  readonly type: "=";
  readonly args: {
    /** @param valueAt returns the value at a path of the item; for an empty path, the item as a map. */
    map(valueAt: (path: readonly string[]) => WireObject): readonly WireObject[];
  };
}

/** One action of an update expression; `val` is a path, a value, or a function call. */
export interface UpdateSection {
  readonly type: "set" | "remove" | "add" | "delete";
  readonly path: readonly (string | number)[];
  /** Type of the value, if the expression specifies it. */
  readonly attrType?: string;
  readonly val?: Expression | readonly (string | number)[] | WireObject;
}

/** A parsed condition. Arguments are paths (arrays), nested expressions or attribute values. */
export interface Expression {
  readonly type: string;
  readonly name?: string;
  readonly args: readonly (Expression | readonly (string | number)[] | WireObject)[];
}

/** What dynalite knows about a table: enough to store its items. */
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

/** An entry of the database: key and value. */
export type StoredEntry = readonly [key: string, value: unknown];

interface LevelIterator {
  close(): Promise<void>;
}

/** The abstract-level database that stores the tables. */
interface Level {
  close(): Promise<void>;
  keys(options: object): LevelIterator;
  values(options: object): LevelIterator;
  iterator(options: object): { all(): Promise<StoredEntry[]> };
  batch(
    operations: readonly { type: "put"; key: string; value: unknown }[],
    callback: Callback<void>,
  ): void;
}

export interface DynaliteStore {
  readonly tableDb: KeyValueStore;
  readonly db: Level;
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

export type ExpressionKind = "condition" | "projection" | "update";

interface Parser {
  /** Throws an error with a `location` for a wrong syntax. */
  parse(text: string, options: { context: object }): unknown;
}

export type Action = (store: DynaliteStore, data: CheckedRequest, callback: Callback) => void;

/* eslint-disable @typescript-eslint/no-require-imports */
const modules = new Map<string, unknown>();

/**
 * Returns a module of dynalite. Modules are loaded on first use and cached, because Node's `require` resolves the
 * name at every call.
 */
function load<Shape>(name: string): Shape {
  let loaded = modules.get(name);
  if (loaded === undefined) modules.set(name, (loaded = require(`dynalite/${name}`)));
  // The shapes above describe the exports of the pinned version.
  return loaded as Shape;
}
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * Creates a store of dynalite. dynalite ends its iterators with `return`, which abstract-level's iterators lack
 * (4.0.0). Without this fix, every query and scan would leak an iterator with the data that it has read.
 */
export function createStore(): DynaliteStore {
  const store = dynalite.db.create({});
  const { db } = store;
  for (const name of ["keys", "values"] as const) {
    const make = db[name].bind(db);
    db[name] = (options) => {
      const iterator = make(options);
      return Object.assign(iterator, { return: () => iterator.close() });
    };
  }
  return store;
}

export const dynalite = {
  get db(): DynaliteDb {
    return load("db");
  },
  get validations(): Validations {
    return load("validations");
  },
  validation(operation: string): Validation {
    return load(`validations/${operation}`);
  },
  parser(kind: ExpressionKind): Parser {
    return load(`db/${kind}Parser`);
  },
  action(operation: string): Action {
    return load(`actions/${operation}`);
  },
};
