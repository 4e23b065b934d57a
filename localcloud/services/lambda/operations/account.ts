import type {
  GetAccountSettingsRequest,
  GetAccountSettingsResponse,
  GetFunctionCodeSigningConfigRequest,
  GetFunctionCodeSigningConfigResponse,
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  GetRuntimeManagementConfigRequest,
  GetRuntimeManagementConfigResponse,
  PutFunctionRecursionConfigRequest,
} from "@aws-sdk/client-lambda";
import { checkEnum, required } from "../../../core/constraint";
import type { Operation } from "../../../core/service";
import { onFunction, onUnqualified } from "../model/access";
import { functionArn } from "../model/functionReference";
import { findFunction, findVersion } from "../model/resolve";
import { unreservedConcurrency } from "../runtime/invoker";
import type { LambdaStore } from "../store";

// Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const TOTAL_CODE_BYTES = 300 * 1024 ** 3;
const UNZIPPED_BYTES = 250 * 1024 ** 2;
const ZIPPED_BYTES = 50 * 1024 ** 2;

export const getAccountSettings: Operation<
  LambdaStore,
  GetAccountSettingsRequest,
  GetAccountSettingsResponse
> = {
  run(_input, { store }) {
    const functions = [...store.functions.values()];
    // Code that stays in a bucket does not count.
    const codeSize = functions
      .flatMap(({ latest, published }) => [latest, ...published])
      .filter(({ settings }) => settings.code.source === undefined)
      .reduce((sum, { settings }) => sum + settings.code.zip.length, 0);
    return {
      AccountLimit: {
        TotalCodeSize: TOTAL_CODE_BYTES,
        CodeSizeUnzipped: UNZIPPED_BYTES,
        CodeSizeZipped: ZIPPED_BYTES,
        ConcurrentExecutions: store.accountConcurrency,
        UnreservedConcurrentExecutions: unreservedConcurrency(store),
      },
      AccountUsage: { TotalCodeSize: codeSize, FunctionCount: functions.length },
    };
  },
};

/** Returns no configuration: this cloud supports no code signing. */
export const getFunctionCodeSigningConfig: Operation<
  LambdaStore,
  GetFunctionCodeSigningConfigRequest,
  Partial<GetFunctionCodeSigningConfigResponse>
> = {
  access: onUnqualified("GetFunctionCodeSigningConfig"),
  run(input, context) {
    return { FunctionName: findFunction(input, context).target.name };
  },
};

export const getRuntimeManagementConfig: Operation<
  LambdaStore,
  GetRuntimeManagementConfigRequest,
  GetRuntimeManagementConfigResponse
> = {
  access: onFunction("GetRuntimeManagementConfig"),
  run(input, context) {
    const { target, qualifier } = findVersion(input, context);
    return { UpdateRuntimeOn: "Auto", FunctionArn: functionArn(context, target.name, qualifier) };
  },
};

export const getFunctionRecursionConfig: Operation<
  LambdaStore,
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse
> = {
  access: onUnqualified("GetFunctionRecursionConfig"),
  run(input, context) {
    return { RecursiveLoop: findFunction(input, context).target.recursiveLoop };
  },
};

export const putFunctionRecursionConfig: Operation<
  LambdaStore,
  PutFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse
> = {
  access: onUnqualified("PutFunctionRecursionConfig"),
  run(input, context) {
    const { target } = findFunction(input, context);
    checkEnum(input.RecursiveLoop, "recursiveLoop", ["Allow", "Terminate"]);
    target.recursiveLoop = required(input.RecursiveLoop, "recursiveLoop");
    return { RecursiveLoop: target.recursiveLoop };
  },
};
