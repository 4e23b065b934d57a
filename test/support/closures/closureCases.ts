import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { AnyFunction } from "../../../components/function/packing/captures/closureScope";
import { packCallback } from "../../../components/function/packing/packCallback";
import { invokeDeployed } from "./deployed";

/** A callback, and its answer here and as deployed. */
export interface AnsweringCase {
  title: string;
  callback: unknown;
  event?: unknown;
  answer: unknown;
}

/** A callback that is refused, and parts of the message. */
export interface RefusedCase {
  title: string;
  callback: unknown;
  says: string[];
}

/** Defines one test for each case: the bundled code, in a separate process, answers like the function here. */
export function itAnswersAsHere(cases: readonly AnsweringCase[]): void {
  for (const { title, callback, event = {}, answer } of cases) {
    it(title, async () => {
      const code = callback as (event: unknown) => Promise<unknown>;
      const { files } = await packCallback(code as AnyFunction);
      expect(await invokeDeployed(files, [event])).to.deep.equal([{ result: answer }]);
      expect(await code(event)).to.deep.equal(answer);
    });
  }
}

/** Defines one test for each case: the preview fails with one sentence that has all of these parts. */
export function itRefuses(cases: readonly RefusedCase[]): void {
  for (const { title, callback, says } of cases) {
    it(title, async () => {
      const message = await refusalOf(callback as AnyFunction);
      for (const part of says) expect(message).to.contain(part);
    });
  }
}

export async function refusalOf(callback: AnyFunction): Promise<string> {
  const error: unknown = await packCallback(callback).catch((e: unknown) => e);
  if (!pulumi.ResourceError.isInstance(error)) throw new Error("was not refused");
  expect(error.message)
    .to.match(/^callback /)
    .and.not.contain("\n");
  return error.message;
}
