import * as pulumi from "@pulumi/pulumi";

/**
 * Whether a value is missing because the program runs in a unit test whose mocks (`pulumi.runtime.setMocks`) do not
 * answer with it. AWS answers with every value, so that there is nothing to check then.
 */
export function isMissingInMocks(value: unknown): boolean {
  // The class itself is not among Pulumi's exports.
  if (pulumi.runtime.getMonitor()?.constructor.name !== "MockMonitor") return false;
  return value === undefined || (typeof value === "string" && /\bundefined\b/.test(value));
}
