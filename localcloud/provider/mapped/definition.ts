import type { Fields } from "../../codec/model/schema";
import type { OperationName, OutputOf, RequestOf } from "../../entities/api";
import type { ResourceDefinition } from "../define";
import type { Properties, ProviderContext, ResourceType } from "../types";
import type { Attribute } from "./attributes";
import type { Naming } from "./wire";

/** One operation (or several, in order), by name, and the parts of its request that no rule can derive. */
type Calls<Sdk, Rest extends unknown[], Some = false> = {
  readonly [Name in OperationName<Sdk>]?: (
    ...rest: Rest
  ) => Some extends true ? Many<Partial<RequestOf<Sdk, Name>>> : RequestOf<Sdk, Name>;
};
type Many<Value> = Value | readonly Value[];

/** The parts of a change. */
export interface Change<Inputs> {
  readonly news: Inputs;
  readonly olds: Inputs;
  /** Attributes to set, in the API's form. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MappedResource<Sdk extends object, Inputs>
  extends
    Naming,
    Omit<ResourceDefinition<Inputs>, "inputs" | "create" | "read" | "update" | "delete"> {
  readonly inputs: readonly (keyof Inputs & string)[];
  /** Member of the requests that contains the inputs, e.g. `CORSConfiguration`. */
  readonly wraps?: string;
  /** Properties that AWS adds; anything else in its answers is left out. */
  readonly outputs?: readonly string[];
  /** Properties that are sent in the `Attributes` map. */
  readonly attributes?: { readonly [Property in keyof Inputs & string]?: Attribute };
  /** Attributes that AWS adds. */
  readonly attributeOutputs?: Readonly<Record<string, Attribute>>;
  /** Error codes that mean that it does not exist. */
  readonly gone: readonly string[];
  /** Errors of the deletion while something still uses the resource: the real provider retries too. */
  readonly busy?: readonly string[];
  /** The request is derived from the inputs by rule; the function adds members or removes them (undefined). */
  readonly create: Calls<Sdk, [inputs: Inputs, context: ProviderContext], true>;
  id(inputs: Inputs, output: Fields): string;
  /** Their answers are merged. */
  readonly read: Calls<Sdk, [id: string, inputs: Partial<Inputs>], true>;
  /** Adjusts the properties that were read. */
  outputsFrom?(found: Properties, id: string, inputs: Partial<Inputs>): Properties | undefined;
  readonly update?: Calls<Sdk, [id: string, change: Change<Inputs>], true>;
  /** Several requests are sent in order. */
  readonly delete: {
    readonly [Name in OperationName<Sdk>]?: (
      id: string,
      state: Inputs & Properties,
    ) => Many<RequestOf<Sdk, Name>>;
  };
  /** Does what one call cannot do, after a creation (no `olds`) or an update. */
  complete?(
    id: string,
    inputs: { news: Inputs; olds?: Inputs },
    context: ProviderContext,
  ): Promise<void>;
  /** Operations for tags; `of` = the members that identify the resource. */
  readonly tags?: {
    of(id: string, state: Properties): Fields;
    readonly tag: OperationName<Sdk>;
    readonly untag: OperationName<Sdk>;
    /** Absent: the answer of the read contains them. */
    readonly list?: OperationName<Sdk>;
  };
}

/** AWS's API behind resource types; the SDK's module is loaded when the first of them is used. */
export interface AwsClient<Sdk extends object> {
  send<Name extends OperationName<Sdk>>(
    name: Name,
    input: RequestOf<Sdk, Name>,
    context: ProviderContext,
  ): Promise<OutputOf<Sdk, Name>>;
  resource<Inputs>(definition: MappedResource<Sdk, Inputs>): ResourceType;
}

/** A definition without its specific types, as the kit processes it. */
export type AnyResource = Omit<
  MappedResource<object, Properties>,
  "create" | "read" | "update" | "delete" | "tags"
> & {
  readonly create: AnyCalls;
  readonly read: AnyCalls;
  readonly update?: AnyCalls;
  readonly delete: AnyCalls;
  readonly tags?: {
    of(id: string, state: Properties): Fields;
    readonly tag: string;
    readonly untag: string;
    readonly list?: string;
  };
};
type AnyCalls = Readonly<Record<string, (...rest: unknown[]) => Many<Fields>>>;
