import { formatArn } from "../../../core/arn";
import { timeLeft } from "../../../core/clock";
import { BadControlRequest, type Control } from "../../../core/load";
import { sendToEventBridge } from "../../../core/reports";
import { terminate } from "./instanceStates";
import type { Ec2Store, StoredInstance } from "../store";

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
const WARNING_MS = 120_000;

const NOTICES: Readonly<Record<string, (instance: StoredInstance, store: Ec2Store) => void>> = {
  /** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html */
  rebalance(instance, store) {
    sendEvent("EC2 Instance Rebalance Recommendation", {}, instance, store);
    store.fleetKeeper.noticed(instance.id);
  },
  interruption(instance, store) {
    const action = { "instance-action": "terminate" };
    sendEvent("EC2 Spot Instance Interruption Warning", action, instance, store);
    interruptIn(WARNING_MS, instance, store);
  },
};

/** Continues an interruption that was announced in an earlier run of the cloud. */
export function resumeInterruption(instance: StoredInstance, store: Ec2Store): void {
  const { interruption } = instance;
  if (interruption) interruptIn(timeLeft(interruption, store.scope.clock), instance, store);
}

function interruptIn(ms: number, instance: StoredInstance, store: Ec2Store): void {
  instance.interruption = store.scope.clock.setTimeout(() => {
    const reason = "Server.SpotInstanceTermination: Spot instance termination";
    terminate(instance, store, reason);
  }, ms);
}

/** `POST /_localcloud/spot` makes Spot send a notice to an instance. */
export const spotControl: Control<Ec2Store> = {
  fields: ["instance", "notice"],
  set({ instance: id, notice }, store) {
    const instance = typeof id === "string" ? store.instances.get(id) : undefined;
    if (instance?.shape.InstanceLifecycle !== "spot")
      throw new BadControlRequest(
        `There is no Spot instance '${String(id)}' in ${store.scope.region}; a launch template makes one by instanceMarketOptions: { marketType: "spot" }.`,
      );
    const give = typeof notice === "string" ? NOTICES[notice] : undefined;
    if (!give)
      throw new BadControlRequest(
        `'notice' must be one of ${Object.keys(NOTICES).join(", ")}; it is ${JSON.stringify(notice) ?? "absent"}.`,
      );
    give(instance, store);
  },
};

function sendEvent(
  DetailType: string,
  more: object,
  { id }: StoredInstance,
  { scope }: Ec2Store,
): void {
  const event = {
    Source: "aws.ec2",
    DetailType,
    Resources: [formatArn("ec2", scope, `instance/${id}`)],
    Detail: { "instance-id": id, ...more },
  };
  scope.clock.setTimeout(
    () => sendToEventBridge(scope, "ec2.amazonaws.com", { ...event, Time: scope.clock.date() }),
    0,
  );
}
