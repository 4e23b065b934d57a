import type * as Sdk from "@aws-sdk/client-ec2";
import { timeLeft } from "../../../core/clock";
import type { CallContext } from "../../../core/service";
import type { OperationOf } from "../../../entities/api";
import { ec2Error, invalidParameter } from "../api";
import { instances } from "../instances/instances";
import { maximumInterfaces } from "../catalog/instanceTypes";
import { attachment, changeInterface, interfacesOf } from "../network/interfaces";
import { networkInterfaces } from "./networkInterfaces";
import type { Ec2Store, StoredInstance, StoredInterface } from "../store";

type Context = CallContext<Ec2Store>;

const ATTACHING_MS = 2000;
const DETACHING_MS = 3000;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachNetworkInterface.html */
export const attachNetworkInterface: OperationOf<typeof Sdk, Ec2Store, "AttachNetworkInterface"> = {
  access: ({ InstanceId, NetworkInterfaceId }, context) => [
    instances.access("AttachNetworkInterface", InstanceId, context),
    networkInterfaces.access("AttachNetworkInterface", NetworkInterfaceId, context),
  ],
  run({ InstanceId, NetworkInterfaceId, DeviceIndex, NetworkCardIndex = 0 }, context) {
    const { store } = context;
    const one = networkInterfaces.at(NetworkInterfaceId, context);
    const instance = instances.at(InstanceId, context);
    checkFree(one);
    checkInstance(instance, one);
    checkDevice(instance, DeviceIndex, store);
    const attached = attachment(instance, store, {
      DeviceIndex,
      NetworkCardIndex,
      DeleteOnTermination: false,
      Status: "attaching",
    });
    changeInterface(one, { Status: "attaching", Attachment: attached }, store);
    attach(one, store);
    return { AttachmentId: attached.AttachmentId, NetworkCardIndex };
  },
};

export const detachNetworkInterface: OperationOf<typeof Sdk, Ec2Store, "DetachNetworkInterface"> = {
  access({ AttachmentId }, context) {
    const one = attachedAs(AttachmentId, context);
    const { id = "*", shape } = one ?? {};
    return [
      instances.access("DetachNetworkInterface", shape?.Attachment?.InstanceId ?? "*", context),
      networkInterfaces.access("DetachNetworkInterface", id, context),
    ];
  },
  run({ AttachmentId, Force = false }, context) {
    const { store } = context;
    const one = attachedAs(AttachmentId, context);
    if (!one)
      throw ec2Error(
        "InvalidAttachmentID.NotFound",
        `The attachment '${AttachmentId}' does not exist`,
      );
    const { Attachment } = one.shape;
    // Text from https://github.com/boto/boto3/issues/2218
    if (one.shape.RequesterManaged)
      throw ec2Error(
        "OperationNotPermitted",
        "You are not allowed to manage 'ela-attach' attachments.",
      );
    if (Attachment?.DeviceIndex === 0)
      throw ec2Error(
        "OperationNotPermitted",
        "The network interface at device index 0 cannot be detached.",
      );
    if (Attachment?.Status === "detaching" && !Force) return;
    changeInterface(
      one,
      { Status: "detaching", Attachment: { ...Attachment, Status: "detaching" } },
      store,
    );
    detach(one, store, Force ? 0 : DETACHING_MS);
  },
};

/** Continues the change of an interface that was saved in the middle of it. */
export function resumeInterface(one: StoredInterface, store: Ec2Store): void {
  const { shape, timer } = one;
  if (!timer) return;
  const ms = timeLeft(timer, store.scope.clock);
  if (shape.Attachment?.Status === "attaching") attach(one, store, ms);
  else if (shape.Attachment?.Status === "detaching") detach(one, store, ms);
  else later(one, store, ms, () => ({ Status: "available" }));
}

function attach(one: StoredInterface, store: Ec2Store, ms = ATTACHING_MS): void {
  later(one, store, ms, ({ Attachment }) => ({
    Status: "in-use",
    Attachment: { ...Attachment, Status: "attached" },
  }));
}

function detach(one: StoredInterface, store: Ec2Store, ms: number): void {
  later(one, store, ms, () => ({ Status: "available", Attachment: undefined }));
}

/** Text from https://github.com/hashicorp/terraform-provider-aws/issues/27513 */
function checkFree({ id, shape }: StoredInterface): void {
  if (shape.Attachment)
    throw ec2Error("InvalidNetworkInterface.InUse", `Interface: [${id}] in use.`);
  if (shape.Status !== "available")
    throw ec2Error("IncorrectState", `Network interface '${id}' is not 'available'.`);
}

function checkInstance(instance: StoredInstance, { shape }: StoredInterface): void {
  const { id, shape: of } = instance;
  const state = of.State?.Name;
  if (state !== "running" && state !== "stopped")
    throw ec2Error("IncorrectState", `Instance '${id}' is not 'running' or 'stopped'.`);
  if (of.Placement?.AvailabilityZone !== shape.AvailabilityZone)
    throw ec2Error(
      "InvalidParameterCombination",
      "You may not attach a network interface to an instance if they are not in the same availability zone",
    );
  // https://github.com/hashicorp/terraform-provider-aws/issues/44355
  if (shape.InterfaceType === "efa" && state !== "stopped")
    throw ec2Error(
      "IncorrectState",
      `Instance '${id}' is not 'stopped', as an EFA needs it to be.`,
    );
}

/** Texts from https://github.com/cilium/cilium/issues/15877 and https://github.com/lstoll/k8s-vpcnet/issues/71 */
function checkDevice(
  { id, shape: { InstanceType: type } }: StoredInstance,
  deviceIndex: number,
  store: Ec2Store,
): void {
  const there = interfacesOf(id, store);
  if (there.some(({ shape }) => shape.Attachment?.DeviceIndex === deviceIndex))
    throw invalidParameter(
      `Instance '${id}' already has an interface attached at device index '${deviceIndex}'.`,
    );
  const max = maximumInterfaces(type);
  if (max !== undefined && there.length >= max)
    throw ec2Error(
      "AttachmentLimitExceeded",
      `Interface count ${there.length + 1} exceeds the limit for ${type}`,
    );
}

function attachedAs(attachmentId: string, { store }: Context): StoredInterface | undefined {
  const all = [...store.networkInterfaces.values()];
  return all.find(({ shape }) => shape.Attachment?.AttachmentId === attachmentId);
}

function later(
  one: StoredInterface,
  store: Ec2Store,
  ms: number,
  change: (shape: StoredInterface["shape"]) => StoredInterface["shape"],
): void {
  const { clock } = store.scope;
  clock.clearTimeout(one.timer);
  one.timer = clock.setTimeout(() => {
    one.timer = undefined;
    changeInterface(one, change(one.shape), store);
  }, ms);
}
