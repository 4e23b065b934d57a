import type { NetworkInterface, Subnet } from "@aws-sdk/client-ec2";
import { ec2Error, invalidParameter } from "../api";
import type { Ec2Store, Stored } from "../store";

/** AWS reserves the first four addresses of each subnet and its last one. */
const FIRST = 4;
const PREFIX_SIZE = 16;

/** Returns the number of free addresses in a subnet. */
export function freeAddresses({ addresses }: Ec2Store, { id, shape }: Stored<Subnet>): number {
  return sizeOf(shape) - FIRST - 1 - (addresses.get(id)?.used.size ?? 0);
}

/**
 * Takes the next free addresses of a subnet. A released address is reused only after all others.
 * @throws InsufficientFreeAddressesInSubnet
 */
export function takeAddresses(store: Ec2Store, subnet: Stored<Subnet>, count: number): string[] {
  if (freeAddresses(store, subnet) < count) throw subnetIsFull(subnet.id);
  const handed = addressesInUse(store, subnet.id);
  const size = sizeOf(subnet.shape);
  return Array.from({ length: count }, () => {
    do handed.last = handed.last + 1 < size - 1 ? handed.last + 1 : FIRST;
    while (handed.used.has(handed.last));
    handed.used.add(handed.last);
    return textOf(subnet.shape, handed.last);
  });
}

/** Takes one address that the caller chose. @throws InvalidIPAddress.InUse or InvalidParameterValue */
export function takeAddress(store: Ec2Store, subnet: Stored<Subnet>, address: string): string {
  const place = offsetOf(subnet.shape, address);
  if (place < FIRST || place >= sizeOf(subnet.shape) - 1)
    throw invalidParameter(`Address ${address} does not fall within the subnet's address range`);
  const { used } = addressesInUse(store, subnet.id);
  if (used.has(place)) throw ec2Error("InvalidIPAddress.InUse", `Address ${address} is in use.`);
  used.add(place);
  return address;
}

/** Takes free blocks of sixteen addresses. */
export function takePrefixes(store: Ec2Store, subnet: Stored<Subnet>, count: number): string[] {
  const { used } = addressesInUse(store, subnet.id);
  const isFree = (start: number): boolean => block(start).every((place) => !used.has(place));
  return Array.from({ length: count }, () => {
    for (let start = PREFIX_SIZE; start < sizeOf(subnet.shape) - PREFIX_SIZE; start += PREFIX_SIZE)
      if (isFree(start)) {
        for (const place of block(start)) used.add(place);
        return `${textOf(subnet.shape, start)}/28`;
      }
    throw subnetIsFull(subnet.id);
  });
}

/** Releases the addresses of an interface. */
export function releaseAddresses(
  store: Ec2Store,
  { SubnetId = "", ...shape }: NetworkInterface,
): void {
  const subnet = store.subnets.get(SubnetId);
  if (!subnet) return;
  const { used } = addressesInUse(store, SubnetId);
  for (const { PrivateIpAddress = "" } of shape.PrivateIpAddresses ?? [])
    used.delete(offsetOf(subnet.shape, PrivateIpAddress));
  for (const { Ipv4Prefix = "" } of shape.Ipv4Prefixes ?? [])
    for (const place of block(offsetOf(subnet.shape, Ipv4Prefix))) used.delete(place);
}

function subnetIsFull(id: string): Error {
  return ec2Error(
    "InsufficientFreeAddressesInSubnet",
    `There are not enough free addresses in subnet '${id}' to satisfy the request.`,
  );
}

function addressesInUse({ addresses }: Ec2Store, id: string) {
  const found = addresses.get(id) ?? { used: new Set<number>(), last: FIRST - 1 };
  addresses.set(id, found);
  return found;
}

function block(start: number): number[] {
  return Array.from({ length: PREFIX_SIZE }, (_, index) => start + index);
}

function sizeOf({ CidrBlock = "" }: Subnet): number {
  return 2 ** (32 - Number(CidrBlock.split("/")[1]));
}

/** Returns the position of an address (or of a block) in its subnet, counted from 0. */
function offsetOf({ CidrBlock = "" }: Subnet, address: string): number {
  return numberOf(address) - numberOf(CidrBlock);
}

function numberOf(address: string): number {
  const parts = address.split("/")[0].split(".").map(Number);
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function textOf({ CidrBlock = "" }: Subnet, place: number): string {
  const number = numberOf(CidrBlock) + place;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
