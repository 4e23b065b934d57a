import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EniHookSettings } from "../../../callbacks/instances/eniLifecycleHook/configuration";
import { eniHandlerFactory } from "../../../callbacks/instances/eniLifecycleHook/eniHandler";
import {
  HOOK_RECORDS,
  type HookRecord,
} from "../../../callbacks/instances/eniLifecycleHook/hookRecord";
import type { InterfaceSpec } from "../../../callbacks/instances/eniLifecycleHook/model";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import { childName } from "../../names";
import type { EniLifecycleHookArgs } from "./args";
import { interfaceStatements } from "./statements";

export function createHookFunction(
  self: pulumi.Resource,
  args: EniLifecycleHookArgs,
  settings: EniHookSettings,
  specs: pulumi.Output<InterfaceSpec[]>,
): CallbackFunction<never, unknown> {
  return new CallbackFunction<never, unknown>(
    settings.name,
    {
      ...pickCallbackOptions({ ...args, timeout: undefined }),
      description: "Gives instances of Auto Scaling groups their network interfaces.",
      callbackFactory: eniHandlerFactory(settings),
      timeout: settings.timeout,
      environment: { INTERFACES: pulumi.jsonStringify(specs) },
      permissions: interfaceStatements(self, settings.hookId, args.interfaces),
    },
    { parent: self },
  );
}

/**
 * Calls the function when the component is destroyed, before the function itself: it deletes interfaces that no
 * instance deletes.
 */
export function releaseAtEnd(
  self: pulumi.Resource,
  name: string,
  target: CallbackFunction<never, unknown>,
  specs: pulumi.Output<InterfaceSpec[]>,
): aws.lambda.Invocation {
  return new aws.lambda.Invocation(
    childName(name, "release"),
    {
      functionName: target.name,
      input: JSON.stringify({ wake: "sweep" }),
      lifecycleScope: "CRUD",
      triggers: { interfaces: pulumi.jsonStringify(specs) },
    },
    { parent: self, dependsOn: [target.rolePolicy] },
  );
}

/** Writes the record for the command `status`. */
export function recordHook(
  self: pulumi.Resource,
  { name, hookId, hooks: { launching: launchHook = "" } }: EniHookSettings,
  target: CallbackFunction<never, unknown>,
  interfaces: pulumi.Output<InterfaceSpec[]>,
  tags: EniLifecycleHookArgs["tags"],
): void {
  const record = {
    hookId,
    launchHook,
    functionName: target.name,
    interfaces,
  } satisfies Record<keyof HookRecord, unknown>;
  new aws.ssm.Parameter(
    childName(name, "hook"),
    {
      name: `${HOOK_RECORDS}/${hookId}`,
      description: `Data by which the command status finds the hook ${name}.`,
      type: "String",
      value: pulumi.jsonStringify(record),
      tags,
    },
    { parent: self },
  );
}
