import type { ClusterSetting } from "@aws-sdk/client-ecs";
import { invalidParameter } from "./errors";

/** @throws InvalidParameterException for an unknown setting or value */
export function checkSettings(
  settings: ClusterSetting[] | undefined,
): ClusterSetting[] | undefined {
  for (const { name, value } of settings ?? []) {
    if (name !== "containerInsights")
      throw invalidParameter(`Invalid cluster setting name: ${name}.`);
    if (!["enabled", "disabled", "enhanced"].includes(value ?? ""))
      throw invalidParameter(
        `Invalid cluster setting value: ${value}. Valid values are enhanced, enabled, and disabled.`,
      );
  }
  return settings;
}
