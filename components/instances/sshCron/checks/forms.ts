import { pinProblem } from "../../../../callbacks/instances/sshCron/ssh/hostKeys";
import { type Check, describedError, integer, text } from "../../../validation";

export const port = integer([1, 65_535], "ports");
export const hostName = text(
  /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/,
  "allowed is a host name or an address, such as db.example.com",
);
export const userName = text(
  /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/,
  "allowed is a name of a user such as ec2-user",
);
/** Checks host keys. Errors do not show them: a caller who reads the wrong file may have passed a private key. */
export const pins: Check = (value, { resource, argument }) => {
  if (!Array.isArray(value) || value.length === 0 || value.length > 2) {
    const given = Array.isArray(value) ? `${value.length} keys` : typeof value;
    throw describedError(
      resource,
      argument,
      given,
      "give a list of one key, or of two while they are changed",
    );
  }
  value.forEach((pin: unknown, index) => {
    const problem = pinProblem(pin);
    if (problem === undefined) return;
    const given = typeof pin === "string" ? `a text of ${pin.length} characters` : typeof pin;
    throw describedError(resource, `${argument}[${index}]`, given, problem);
  });
};
export const time = text(/^([01]\d|2[0-3]):[0-5]\d$/, "allowed is a time of day, such as 22:00");
export const date = text(
  (value) => !Number.isNaN(Date.parse(value)),
  "allowed is a time in ISO 8601, such as 2027-01-31T08:00:00Z",
);
