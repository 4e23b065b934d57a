import type { TraceContext, TraceResult } from "./events";

/** Makes Pulumi copy only the parts of this module that a callback uses, wherever the package is installed. */
export const deploymentOnlyModule = true;

/**
 * Returns its input: the event, and the plain values of the context. Useful to try out a new event source.
 *
 * The context's functions (`getRemainingTimeInMillis` ...) are left out, since an answer is JSON.
 */
export async function trace(event: unknown, context: TraceContext): Promise<TraceResult> {
  console.log("trace", { event, requestId: context.awsRequestId });
  const values = Object.entries(context).filter(([, value]) => typeof value !== "function");
  return { event, context: Object.fromEntries(values) };
}
