import { type Environment, required } from "../../environment";
import type { HookSettings } from "../lifecycleHooks/hookHandler";
import type { InterfaceSpec } from "./model";

export const deploymentOnlyModule = true;

/** Settings that are plain data; what EC2 names comes by the environment. */
export interface EniHookSettings extends HookSettings {
  /** Says whose an interface is: `<project>/<stack>/<name>`. */
  readonly hookId: string;
}

/** The interfaces as the program's Outputs became known. */
export function interfacesFrom(env: Environment): InterfaceSpec[] {
  return JSON.parse(required(env, "INTERFACES")) as InterfaceSpec[];
}
