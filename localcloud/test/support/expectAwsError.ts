import { expect } from "chai";

/** Expects the call to fail with the AWS error `name`, and with exactly this text, or one that matches, when given. */
export async function expectAwsError(
  call: Promise<unknown>,
  name: string,
  message?: string | RegExp,
): Promise<void> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
  );
  expect(error.name, error.message).to.equal(name);
  if (typeof message === "string") expect(error.message).to.equal(message);
  else if (message) expect(error.message).to.match(message);
}
