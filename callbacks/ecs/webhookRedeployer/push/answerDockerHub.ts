import { safeCallbackUrl } from "./callbackUrl";
import type { Delivery } from "./delivery";
import type { Deps } from "../../../deps";
import { reasonOf } from "../../../retry";

export const deploymentOnlyModule = true;

/** Milliseconds. */
const TIMEOUT = 5_000;

/**
 * Reports to Docker Hub that the push was accepted, in the format that its documentation had until August 2024. The
 * answer is optional: a failure is only logged.
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
      // A redirect may lead away from Docker Hub.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    console.log("answered", { deliveryId, status: response.status });
  } catch (error) {
    console.warn("not answered", { deliveryId, reason: reasonOf(error) });
  }
}
