import type { Fields } from "../codec/model/schema";
import type { AwsError } from "../core/errors";
import type { PolicyDocument } from "../core/policyDocument";
import type { AccessCheck, CallContext } from "../core/service";
import type { InputOf, OperationName, OutputOf } from "./api";
import type { Tags } from "./tags";

export type Values = NonNullable<AccessCheck["context"]>;
export type Place = Pick<CallContext<unknown>, "region" | "accountId">;
type Result<Output> = Output | void | Promise<Output | void>;
type ItemOf<List> = NonNullable<List> extends readonly (infer Item)[] ? Item : never;
/** Names of the members that can identify one entity: those with a text. */
type TextKey<Input> = {
  [Key in keyof Input & string]: NonNullable<Input[Key]> extends string ? Key : never;
}[keyof Input & string];
type ListKey<Output> = {
  [Key in keyof Output & string]: NonNullable<Output[Key]> extends readonly unknown[] ? Key : never;
}[keyof Output & string];
/** Names of the members that can identify entities: those with a text or a list of texts. */
type NameKey<Input> = {
  [Key in keyof Input & string]: NonNullable<Input[Key]> extends string | string[] ? Key : never;
}[keyof Input & string];

interface Shared<Input, Store> {
  /** Returns condition keys of the request. */
  conditions?(input: Input, context: CallContext<Store>): Values;
  /** IAM action, if it differs from the operation's name, e.g. the action of one entry of a batch. */
  readonly action?: string;
  /** Returns further IAM actions that the request needs on the same entity. */
  also?(input: Input): readonly string[];
  /** Returns further checks on other resources, such as `iam:PassRole`. */
  needs?(input: Input, context: CallContext<Store>): readonly AccessCheck[];
  /** Replaces the entity's own check, for an operation with other messages; the same for `notFound`. */
  check?(reference: string, input: Input): void;
  notFound?(reference: string): AwsError;
}

/**
 * How one operation uses the entity. `on` finds an entity or throws, and calls `run`; `removes` deletes it; `names` only
 * asks IAM, and calls `does`; `lists` returns a page of entities; `tags`, `untags` and `listsTags` add, remove and return
 * tags, in the form that the schema has for them. The value is the member of the request that identifies the entity: it
 * determines IAM's resource and the not-found error.
 */
export type EntityOperation<Store, Item, Input, Output> = Shared<Input, Store> &
  (
    | {
        on: TextKey<Input>;
        run(item: Item, input: Input, context: CallContext<Store>): Result<Output>;
      }
    | {
        removes: TextKey<Input>;
        after?(item: Item, input: Input, context: CallContext<Store>): void;
      }
    | { names: NameKey<Input>; does(input: Input, context: CallContext<Store>): Result<Output> }
    | ListOperation<Store, Item, Input, Output>
    | { tags: TextKey<Input> }
    | { untags: TextKey<Input> }
    | { listsTags: TextKey<Input> }
  );

type ListOperation<Store, Item, Input, Output> = {
  [Key in ListKey<Output>]: {
    lists: Key;
    max: number;
    /** Member that identifies the resource for IAM; absent = the action has no resource level. */
    under?: NameKey<Input>;
    /** Returns the items to list. Default: all. */
    among?(input: Input, context: CallContext<Store>): Iterable<Item>;
    view(
      item: Item,
      input: Input,
      context: CallContext<Store>,
    ): ItemOf<Output[Key]> | Promise<ItemOf<Output[Key]>>;
    /** Returns the members of the answer besides the list and the token of its next page. */
    besides?(input: Input, context: CallContext<Store>): Omit<Partial<Output>, Key>;
  };
}[ListKey<Output>];

/** A kind of resource that a service stores, and the operations on it. */
export interface EntityDefinition<Sdk extends object, Store, Item> {
  all(store: Store): Map<string, Item>;
  arn(key: string, place: Place, item?: Item): string;
  /** Returns the key of the entity that a request identifies (by a URL, an ARN, two members). Default: the reference itself. Must not throw. */
  key?(reference: string, context: CallContext<Store>, input: Fields): string;
  /** Refuses a reference that is not valid for this kind of entity. */
  check?(reference: string): void;
  notFound(reference: string): AwsError;
  tags?(item: Item): Tags;
  policy?(item: Item): PolicyDocument | undefined;
  readonly operations: {
    readonly [Name in OperationName<Sdk>]?: EntityOperation<
      Store,
      Item,
      InputOf<Sdk, Name>,
      OutputOf<Sdk, Name>
    >;
  };
}

/** An operation of a definition without its specific types, as the kit processes it. */
export type AnyOperation = Partial<
  Record<"on" | "removes" | "names" | "lists" | "under" | "tags" | "untags" | "listsTags", string>
> & {
  max?: number;
  run?(...args: unknown[]): unknown;
  does?(...args: unknown[]): unknown;
  after?(...args: unknown[]): void;
  among?(...args: unknown[]): Iterable<unknown>;
  view?(...args: unknown[]): unknown;
  besides?(...args: unknown[]): object;
  action?: string;
  conditions?(...args: unknown[]): Values;
  also?(input: unknown): readonly string[];
  needs?(...args: unknown[]): readonly AccessCheck[];
  check?(reference: string, input: unknown): void;
  notFound?(reference: string): AwsError;
};
