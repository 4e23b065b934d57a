import type { CallContext, Operation } from "../../../core/service";
import type { IamStore } from "../store";

/** An operation of IAM; `Output` is the SDK's command output. */
export type IamOperation<Input, Output> = Operation<IamStore, Input, Omit<Output, "$metadata">>;

export type IamContext = CallContext<IamStore>;
