import * as pulumi from "@pulumi/pulumi";

/**
 * Checks whether a value is missing because the program runs in a unit test whose mocks (`pulumi.runtime.setMocks`) do
 * not return it. AWS returns every value, so in mocks there is nothing to check.
 */
export function isMissingInMocks(value: unknown): boolean {
  // Pulumi does not export the class itself.
  if (pulumi.runtime.getMonitor()?.constructor.name !== "MockMonitor") return false;
  return value === undefined || (typeof value === "string" && /\bundefined\b/.test(value));
}
