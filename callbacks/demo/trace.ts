import type { TraceContext, TraceResult } from "./events";

/** Lets Pulumi copy only what a callback uses of this module, wherever the package is installed. */
export const deploymentOnlyModule = true;

/**
 * Answers what it was given: the event, and the plain values of the context. For trying out a new event source.
 *
 * The context's functions (`getRemainingTimeInMillis` ...) are left out, since an answer is JSON.
 */
export async function trace(event: unknown, context: TraceContext): Promise<TraceResult> {
  console.log("trace", { event, requestId: context.awsRequestId });
  const values = Object.entries(context).filter(([, value]) => typeof value !== "function");
  return { event, context: Object.fromEntries(values) };
}
