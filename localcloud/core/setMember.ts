/**
 * Sets a member, whatever a user has named it: a plain assignment to `__proto__` would set the prototype.
 * With a loop it is much faster than `Object.fromEntries`, which creates an array for each member.
 */
export function setMember(target: object, name: string, value: unknown): void {
  if (name === "__proto__") Object.defineProperty(target, name, { value, ...OWN });
  else (target as Record<string, unknown>)[name] = value;
}

const OWN = { enumerable: true, configurable: true, writable: true };
