import type * as pulumi from "@pulumi/pulumi";
import { argumentError, describedError, immediate } from "../../../validation";
import type { SshCronArgs } from "../args";

export function checkWork(
  self: pulumi.Resource,
  { commands, script, key, background }: SshCronArgs,
): void {
  const keys = [key].flat();
  if (keys.length > 2 || (Array.isArray(key) && key.length === 0))
    throw describedError(
      self,
      "key",
      `${keys.length} places`,
      "give one, or two while one replaces the other",
    );
  const isEmpty = commands === undefined || (Array.isArray(commands) && commands.length === 0);
  if (isEmpty && script === undefined)
    throw describedError(self, "commands", "nothing", "give commands, or a script");
  if (typeof commands === "function") immediate(commands, { resource: self, argument: "commands" });
  else if (commands !== undefined) {
    if (!Array.isArray(commands))
      throw describedError(
        self,
        "commands",
        typeof commands,
        "give a list, or a function of the host",
      );
    commands.forEach((command: unknown, index) => {
      if (typeof command !== "string" || command.trim() === "" || command.includes("\0"))
        throw argumentError(
          self,
          `commands[${index}]`,
          command,
          "give a line for the host's shell",
        );
    });
  }
  const kinds = ["file", "text", "bucket"];
  const given = kinds.filter((kind) => script && typeof script === "object" && kind in script);
  if (script !== undefined && given.length !== 1)
    throw describedError(
      self,
      "script",
      given.join(" and ") || typeof script,
      `allowed is an object with one of ${kinds.join(", ")}`,
    );
  if (background && script !== undefined)
    throw describedError(
      self,
      "script",
      "one beside background",
      "put it on the host, and start it by a command",
    );
}
