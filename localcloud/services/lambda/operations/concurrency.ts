import type {
  Concurrency,
  DeleteFunctionConcurrencyRequest,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse,
  PutFunctionConcurrencyRequest,
} from "@aws-sdk/client-lambda";
import { checkRange, required } from "../../../core/constraint";
import type { Operation } from "../../../core/service";
import { onUnqualified } from "../model/access";
import { invalidParameter } from "../model/errors";
import { findFunction } from "../model/resolve";
import { MIN_UNRESERVED_CONCURRENCY, unreservedConcurrency } from "../runtime/invoker";
import type { LambdaStore } from "../store";

export const putFunctionConcurrency: Operation<
  LambdaStore,
  PutFunctionConcurrencyRequest,
  Concurrency
> = {
  access: onUnqualified("PutFunctionConcurrency"),
  run(input, context) {
    const { store } = context;
    const { target } = findFunction(input, context);
    const reserved = required(input.ReservedConcurrentExecutions, "reservedConcurrentExecutions");
    checkRange(reserved, "reservedConcurrentExecutions", { min: 0, max: 2 ** 31 - 1 });
    const left = unreservedConcurrency(store) + (target.reservedConcurrency ?? 0) - reserved;
    if (left < MIN_UNRESERVED_CONCURRENCY)
      throw invalidParameter(
        "Specified ReservedConcurrentExecutions for function decreases account's " +
          `UnreservedConcurrentExecution below its minimum value of [${MIN_UNRESERVED_CONCURRENCY}].`,
      );
    target.reservedConcurrency = reserved;
    return { ReservedConcurrentExecutions: reserved };
  },
};

export const getFunctionConcurrency: Operation<
  LambdaStore,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse
> = {
  access: onUnqualified("GetFunctionConcurrency"),
  run(input, context) {
    const { reservedConcurrency } = findFunction(input, context).target;
    return reservedConcurrency === undefined
      ? {}
      : { ReservedConcurrentExecutions: reservedConcurrency };
  },
};

export const deleteFunctionConcurrency: Operation<
  LambdaStore,
  DeleteFunctionConcurrencyRequest,
  object
> = {
  access: onUnqualified("DeleteFunctionConcurrency"),
  run(input, context) {
    findFunction(input, context).target.reservedConcurrency = undefined;
    return {};
  },
};
