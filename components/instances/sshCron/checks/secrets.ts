import type * as pulumi from "@pulumi/pulumi";
import { describedError } from "../../../validation";

/**
 * Refuses a private key in any argument: arguments are stored in the state, and an error about one would show it. Only
 * plain values are searched: outputs of resources are not arguments that a person wrote.
 */
export function refusePrivateKeys(self: pulumi.Resource, value: unknown, argument = ""): void {
  if (typeof value === "string" && /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(value))
    throw describedError(
      self,
      argument,
      "a private key",
      "it would be in the state; store it in S3, and give its location as key: { bucket, key }",
    );
  if (Array.isArray(value))
    value.forEach((one: unknown, index) => refusePrivateKeys(self, one, `${argument}[${index}]`));
  else if (isPlain(value))
    for (const [name, one] of Object.entries(value))
      refusePrivateKeys(self, one, argument ? `${argument}.${name}` : name);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
