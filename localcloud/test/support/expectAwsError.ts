import { expect } from "chai";

/** Expects the call to fail with the AWS error `name`, and with exactly this text when one is given. */
export async function expectAwsError(
  call: Promise<unknown>,
  name: string,
  message?: string,
): Promise<void> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
  );
  expect(error.name, error.message).to.equal(name);
  if (message !== undefined) expect(error.message).to.equal(message);
}
