import type { InputRules } from "../codec/checkInput";
import { loadCodec, type OperationModel, type ServiceCodec } from "../codec/model/serviceCodec";
import type { AwsError } from "../core/errors";
import type { Operation, ServiceDefinition } from "../core/service";
import { defineEntity, type Entity } from "./entity";
import type { EntityDefinition } from "./definition";
import type { TagRules } from "./tags";

/** Names of a client module's operations, e.g. `"GetParameter"` of `typeof import("@aws-sdk/client-ssm")`. */
export type OperationName<Sdk> = keyof {
  [Key in keyof Sdk as Key extends `${infer Name}Command` ? Name : never]: true;
};

type CommandOf<Sdk, Name> = Name extends string
  ? Sdk[`${Name}Command` & keyof Sdk] extends abstract new (...args: never) => infer Command
    ? Command
    : never
  : never;

/** A request after `execute` has checked it: required members are present, at every depth. */
type Checked<Value> = Value extends string | number | boolean | Date | Uint8Array | undefined
  ? Value
  : Value extends readonly (infer Item)[]
    ? Checked<Item>[]
    : {
        [Key in keyof Value]: object extends Pick<Value, Key>
          ? Checked<Value[Key]>
          : Checked<Exclude<Value[Key], undefined>>;
      };

/** Input as a client sends it. */
export type RequestOf<Sdk, Name> =
  CommandOf<Sdk, Name> extends { readonly input: infer Input } ? Input : never;

/** Input as an operation gets it. */
export type InputOf<Sdk, Name> = Checked<RequestOf<Sdk, Name>>;

export type OutputOf<Sdk, Name> =
  CommandOf<Sdk, Name> extends {
    resolveMiddleware(...args: never): (...args: never) => Promise<{ output: infer Output }>;
  }
    ? Omit<Output, "$metadata">
    : never;

/** An operation that is written as code, not as a row of an entity's table; its name determines its types. */
export type OperationOf<Sdk, Store, Name> = Operation<
  Store,
  InputOf<Sdk, Name>,
  OutputOf<Sdk, Name> | void
>;

export type Operations = Record<string, Operation<never, never, unknown>>;

/** Properties of a service that all its entities share. */
export interface ApiRules<Sdk extends object>
  extends
    Pick<
      ServiceDefinition<unknown>,
      "name" | "signingName" | "iamPrefix" | "deniedCode" | "scope" | "secretInputs"
    >,
    TagRules {
  /** The SDK's module, loaded when the first request arrives. */
  sdk(): Sdk;
  constraints(): InputRules;
  readonly errors: TagRules["errors"] & { invalidToken(): AwsError };
  /** Further condition keys of a tagged resource, e.g. `ssm:resourceTag/`. */
  readonly tagConditions?: readonly string[];
  /** Error code of a wrong page size; default ValidationException. */
  readonly pageSizeCode?: string;
}

/** The declaration of a service; the SDK's module determines the types of its operations. */
export interface Api<Sdk extends object, Store> extends ApiRules<Sdk> {
  model(operation: string): OperationModel;
  entity<Item>(definition: EntityDefinition<Sdk, Store, Item>): Entity<Store, Item>;
  service(
    parts: Pick<
      ServiceDefinition<Store>,
      "controls" | "createStore" | "routes" | "saving" | "stop" | "throttles" | "wire"
    > & {
      readonly entities: readonly { readonly operations: Operations }[];
      readonly operations?: {
        readonly [Name in OperationName<Sdk>]?: OperationOf<Sdk, Store, Name>;
      };
    },
  ): ServiceDefinition<Store>;
}

export function defineApi<Sdk extends object, Store>(rules: ApiRules<Sdk>): Api<Sdk, Store> {
  let codec: ServiceCodec | undefined;
  const api: Api<Sdk, Store> = {
    ...rules,
    model(name) {
      codec ??= loadCodec(rules.sdk());
      const found = codec.operations.get(name);
      if (!found) throw new Error(`${rules.name} has no operation ${name}.`);
      return found;
    },
    entity: (definition) => defineEntity(api, definition),
    service: ({ entities, operations, ...parts }) => ({
      ...rules,
      ...parts,
      operations: Object.assign(
        {},
        ...entities.map((entity) => entity.operations),
        operations,
      ) as Operations,
    }),
  };
  return api;
}
