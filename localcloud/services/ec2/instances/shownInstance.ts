import type { Instance } from "@aws-sdk/client-ec2";
import { shown } from "../queries/described";
import { LOOPBACK } from "../ssh/host";
import type { StoredInstance } from "../store";

/**
 * Returns an instance as the API shows it. A connection to its private or public address reaches its SSH server here;
 * its addresses in subnets are those of its network interfaces.
 */
export function shownInstance(instance: StoredInstance): Instance {
  const described = shown(instance);
  const { PrivateIpAddress, PublicIpAddress } = described;
  return {
    ...described,
    ...(PrivateIpAddress !== undefined && { PrivateIpAddress: LOOPBACK }),
    ...(PublicIpAddress !== undefined && { PublicIpAddress: LOOPBACK }),
  };
}
