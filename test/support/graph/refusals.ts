import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { mockPulumi } from "./pulumiMocks";

/** Wrong arguments, and the message with which a preview refuses them. */
export type Refusal<Args> = readonly [Partial<Args>, string | RegExp];

/** Defines a test for each row: the component that `create` makes with these arguments is refused at preview. */
export function itRefuses<Args>(
  create: (args: Partial<Args>) => unknown,
  rows: readonly Refusal<Args>[],
): void {
  for (const [args, message] of rows)
    it(`refuses ${JSON.stringify(args)}: ${String(message)}`, () => {
      const says = refused(() => create(args));
      if (typeof message === "string") expect(says).to.equal(message);
      else expect(says).to.match(message);
    });
}

/** Returns why a preview fails. */
export function refused(create: () => unknown): string {
  mockPulumi({ preview: true });
  try {
    create();
  } catch (error) {
    expect(error).to.be.instanceOf(pulumi.ResourceError);
    return (error as Error).message;
  }
  throw new Error("it was not refused");
}
