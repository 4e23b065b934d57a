import { safeCallbackUrl } from "./callbackUrl";
import type { Delivery } from "./delivery";
import type { Deps } from "../../../deps";
import { reasonOf } from "../../../retry";

export const deploymentOnlyModule = true;

/** Milliseconds. */
const TIMEOUT = 5_000;

/**
 * Tells Docker Hub that the push was taken, in the form that its documentation gave until August 2024. Whether it
 * still listens decides nothing: a failure is a line in the log.
 */
export async function answerDockerHub(delivery: Delivery, deps: Deps): Promise<void> {
  const url = safeCallbackUrl(delivery.callbackUrl);
  if (url === undefined) return;
  const { deliveryId } = delivery;
  try {
    const response = await deps.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ state: "success", context: "redeploy", description: deliveryId }),
      // An address that leads elsewhere is not Docker Hub's any more.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    console.log("answered", { deliveryId, status: response.status });
  } catch (error) {
    console.warn("not answered", { deliveryId, reason: reasonOf(error) });
  }
}
