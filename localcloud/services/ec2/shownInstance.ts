import type { Instance } from "@aws-sdk/client-ec2";
import { shown } from "./described";
import { LOOPBACK } from "./ssh/host";
import type { StoredInstance } from "./store";

/**
 * An instance as the API tells it. Whoever dials its address, private or public, reaches its SSH server here; the
 * addresses that it has in its subnets are those of its network interfaces.
 */
export function shownInstance(instance: StoredInstance): Instance {
  const told = shown(instance);
  const { PrivateIpAddress, PublicIpAddress } = told;
  return {
    ...told,
    ...(PrivateIpAddress !== undefined && { PrivateIpAddress: LOOPBACK }),
    ...(PublicIpAddress !== undefined && { PublicIpAddress: LOOPBACK }),
  };
}
