import { isDeepStrictEqual } from "node:util";
import type {
  FunctionConfiguration,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import type { Operation } from "../../../core/service";
import { changeChecked } from "../../../core/changeChecked";
import { onUnqualified, passRole } from "../model/access";
import { checkDeadLetterTarget } from "../model/checkTarget";
import { changeSettings, checkNoChange, configurationOf } from "../model/configuration";
import type { LambdaFunction } from "../model/model";
import { functionArn } from "../model/functionReference";
import { publish } from "../model/publish";
import { readSource } from "../model/codeSource";
import { checkRevision } from "../model/revision";
import { codeOf } from "../model/uploadedCode";
import { findFunction, type LambdaContext } from "../model/resolve";
import { checkRole } from "../model/roleSession";
import { changedSettings } from "../model/settings";
import type { LambdaStore } from "../store";

export const updateFunctionCode: Operation<
  LambdaStore,
  UpdateFunctionCodeRequest,
  FunctionConfiguration
> = {
  access: onUnqualified("UpdateFunctionCode"),
  async run(input, context) {
    const found = changeable(input, context);
    const code = await codeOf(input, "UpdateFunctionCode", found.name, context);
    if (!input.DryRun) await context.store.codeSources.restore(found);
    // Reading the code is asynchronous; another request may have changed or deleted the function meanwhile.
    const target = changeable(input, context);
    const { latest } = target;
    const settings = {
      ...latest.settings,
      code,
      architectures: input.Architectures ?? latest.settings.architectures,
    };
    if (input.DryRun) return configurationOf({ ...latest, settings }, context);
    context.store.codeSources.watch(code);
    changeSettings(context.store, target, settings);
    if (!input.Publish) return configurationOf(latest, context);
    const version = publish(target, context);
    return configurationOf(version, context, version.version);
  },
};

export const updateFunctionConfiguration: Operation<
  LambdaStore,
  UpdateFunctionConfigurationRequest,
  FunctionConfiguration
> = {
  access: (input, context) => [
    ...onUnqualified("UpdateFunctionConfiguration")(input, context),
    ...passRole(input.Role),
  ],
  run(input, context) {
    const target = (): LambdaFunction => changeable(input, context);
    return changeChecked(
      () => target().latest.settings,
      () => checkChange(target(), input, context),
      (settings) => {
        const changed = target();
        changeSettings(context.store, changed, changedSettings(settings, input, changed.name));
        return configurationOf(changed.latest, context);
      },
    );
  },
};

/** Finds the function, unless a change is in progress or the request expects another revision. */
function changeable(
  input: { FunctionName?: string; RevisionId?: string },
  context: LambdaContext,
): LambdaFunction {
  const { target } = findFunction(input, context);
  checkNoChange(target);
  checkRevision(target, input.RevisionId);
  return target;
}

async function checkChange(
  target: LambdaFunction,
  input: UpdateFunctionConfigurationRequest,
  context: LambdaContext,
): Promise<void> {
  const { latest, name } = target;
  const settings = changedSettings(latest.settings, input, name);
  if (settings.role !== latest.settings.role) checkRole(context.cloud, settings.role);
  if (!isDeepStrictEqual(settings.deadLetter, latest.settings.deadLetter))
    await checkDeadLetterTarget(context.store, settings, name);
  // "To restore the function, restore access to the source object and update the function."
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-self-managed-storage.html
  const { source } = settings.code;
  if (source) await readSource(source, context, functionArn(context, name));
  await context.store.codeSources.restore(target);
}
