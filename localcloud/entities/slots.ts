import type { Fields } from "../codec/schema";
import type { AwsError } from "../core/errors";
import type { PolicyDocument } from "../core/policyDocument";
import type { AccessCheck, CallContext } from "../core/service";
import type { InputOf, OperationName, OutputOf } from "./api";
import type { Tags } from "./tags";

export type Values = NonNullable<AccessCheck["context"]>;
export type Place = Pick<CallContext<unknown>, "region" | "accountId">;
type Result<Output> = Output | void | Promise<Output | void>;
type ItemOf<List> = NonNullable<List> extends readonly (infer Item)[] ? Item : never;
/** Members that may name one thing: texts. */
type TextKey<Input> = {
  [Key in keyof Input & string]: NonNullable<Input[Key]> extends string ? Key : never;
}[keyof Input & string];
type ListKey<Output> = {
  [Key in keyof Output & string]: NonNullable<Output[Key]> extends readonly unknown[] ? Key : never;
}[keyof Output & string];
/** Members that may name things: texts and lists of texts. */
type NameKey<Input> = {
  [Key in keyof Input & string]: NonNullable<Input[Key]> extends string | string[] ? Key : never;
}[keyof Input & string];

interface Shared<Input, Store> {
  /** Condition keys of this request. */
  conditions?(input: Input, context: CallContext<Store>): Values;
  /** Another action than the operation's own name, e.g. that of one entry of a batch. */
  readonly action?: string;
  /** Actions needed beside it. */
  also?(input: Input): readonly string[];
  /** What else IAM must allow, on other things: `iam:PassRole`. */
  needs?(input: Input, context: CallContext<Store>): readonly AccessCheck[];
  /** In place of the entity's own, where this operation words it differently. */
  check?(reference: string, input: Input): void;
  gone?(reference: string): AwsError;
}

/**
 * What one operation does with the entity; the member that names it decides about IAM and not-found:
 * `on` finds one or throws, `removes` deletes it, `names` asks IAM and leaves the rest to `does`, `lists` pages,
 * and tags come and go in the form that the schema has for them.
 */
export type Slot<Store, Item, Input, Output> = Shared<Input, Store> &
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
    | ListSlot<Store, Item, Input, Output>
    | { tags: TextKey<Input> }
    | { untags: TextKey<Input> }
    | { listsTags: TextKey<Input> }
  );

type ListSlot<Store, Item, Input, Output> = {
  [Key in ListKey<Output>]: {
    lists: Key;
    max: number;
    /** The member that IAM looks at; absent = the action has no resource level. */
    under?: NameKey<Input>;
    /** What is listed, when it is not every item. */
    among?(input: Input, context: CallContext<Store>): Iterable<Item>;
    view(
      item: Item,
      input: Input,
      context: CallContext<Store>,
    ): ItemOf<Output[Key]> | Promise<ItemOf<Output[Key]>>;
  };
}[ListKey<Output>];

/** A kind of thing that a service keeps, and the operations on it. */
export interface EntityDefinition<Sdk extends object, Store, Item> {
  all(store: Store): Map<string, Item>;
  arn(key: string, place: Place, item?: Item): string;
  /** Key of what a request names (by a URL, an ARN, two members). Default: the same. Must not throw. */
  key?(reference: string, context: CallContext<Store>, input: Fields): string;
  /** Refuses a reference that no such thing can have. */
  check?(reference: string): void;
  gone(reference: string): AwsError;
  tags?(item: Item): Tags;
  policy?(item: Item): PolicyDocument | undefined;
  readonly operations: {
    readonly [Name in OperationName<Sdk>]?: Slot<
      Store,
      Item,
      InputOf<Sdk, Name>,
      OutputOf<Sdk, Name>
    >;
  };
}

/** A slot with its types worn off, as the kit itself looks at it. */
export type AnySlot = Partial<
  Record<"on" | "removes" | "names" | "lists" | "under" | "tags" | "untags" | "listsTags", string>
> & {
  max?: number;
  run?(...args: unknown[]): unknown;
  does?(...args: unknown[]): unknown;
  after?(...args: unknown[]): void;
  among?(...args: unknown[]): Iterable<unknown>;
  view?(...args: unknown[]): unknown;
  action?: string;
  conditions?(...args: unknown[]): Values;
  also?(input: unknown): readonly string[];
  needs?(...args: unknown[]): readonly AccessCheck[];
  check?(reference: string, input: unknown): void;
  gone?(reference: string): AwsError;
};
