import { promises } from "node:dns";
import { BlockList, connect, isIP, type Socket } from "node:net";

export const deploymentOnlyModule = true;

/** The TLS port, on which package registries listen. */
const TLS_PORT = 443;
const CONNECT_MS = 30_000;

/** Resolves a name to its addresses. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

/**
 * Connects a build to a public host; refuses everything else: the metadata address in each of its forms, the VPC, the
 * computer itself. A name is resolved only once, so that it cannot change between check and connection.
 *
 * @throws a sentence for the person who runs the build.
 */
export async function connectPublic(
  host: string,
  port: number,
  ask: Lookup = (name) => promises.lookup(name, { all: true }),
): Promise<Socket> {
  if (port !== TLS_PORT) throw new Error(`a build reaches port ${TLS_PORT} alone, not ${port}`);
  const addresses = await ask(host);
  const found = addresses.find(({ address }) => isPublic(address));
  if (!found) throw new Error(`a build reaches public addresses alone, and ${host} has none`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: found.address, port, timeout: CONNECT_MS });
    socket.once("timeout", () => socket.destroy(new Error(`${host} does not answer`)));
    socket.once("error", reject);
    socket.once("connect", () => resolve(socket.setTimeout(0)));
  });
}

/**
 * Checks whether an address is public. Of IPv6 only the allocated range, without the forms that embed an IPv4 address.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublic(address: string): boolean {
  const version = isIP(address);
  if (version === 0 || address.includes("%")) return false;
  if (version === 4) return !specialIpv4().check(address);
  const isGivenOut = new BlockList();
  isGivenOut.addSubnet("2000::", 3, "ipv6");
  return isGivenOut.check(address, "ipv6") && !specialIpv6().check(address, "ipv6");
}

function specialIpv4(): BlockList {
  const list = new BlockList();
  for (const [net, bits] of [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ] as const)
    list.addSubnet(net, bits);
  return list;
}

function specialIpv6(): BlockList {
  const list = new BlockList();
  for (const [net, bits] of [
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["3fff::", 20],
  ] as const)
    list.addSubnet(net, bits, "ipv6");
  return list;
}
