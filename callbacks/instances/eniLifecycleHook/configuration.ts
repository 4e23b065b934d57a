import { type Environment, required } from "../../environment";
import type { HookSettings } from "../lifecycleHooks/hookHandler";
import type { InterfaceSpec } from "./model";

export const deploymentOnlyModule = true;

/** Settings that are plain data; ids of EC2 resources come from the environment. */
export interface EniHookSettings extends HookSettings {
  /** Identifies the hook that owns an interface: `<project>/<stack>/<name>`. */
  readonly hookId: string;
}

/** Reads the interfaces, whose values were Outputs of the program, from the environment. */
export function interfacesFrom(env: Environment): InterfaceSpec[] {
  return JSON.parse(required(env, "INTERFACES")) as InterfaceSpec[];
}
