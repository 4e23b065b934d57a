import type { AwsError } from "../../../core/errors";
import { invalidParameter } from "../api";

/** A range of IPv4 addresses: its first address as a number, and the length of its prefix. */
interface Block {
  readonly first: number;
  readonly prefix: number;
}

/** Returns a block in its canonical form: `10.0.0.18/24` is `10.0.0.0/24`. Undefined for a text that is no block. */
export function canonicalBlock(text: string): string | undefined {
  const block = parseBlock(text);
  if (!block) return undefined;
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(block.first / 2 ** shift) % 256);
  return `${bytes.join(".")}/${block.prefix}`;
}

/**
 * Returns the block of a VPC or a subnet in its canonical form.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
 *
 * @throws if the text is no block, or its size is not allowed: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
export function networkBlock(text: string, wrongSize: (text: string) => AwsError): string {
  const block = canonicalBlock(text);
  if (block === undefined)
    throw invalidParameter(
      `Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  const prefix = Number(block.split("/")[1]);
  if (prefix < 16 || prefix > 28) throw wrongSize(text);
  return block;
}

/** Whether all addresses of a block are in another. */
export function contains(outer: string, inner: string): boolean {
  const [around, block] = [parseBlock(outer), parseBlock(inner)];
  return !!around && !!block && block.prefix >= around.prefix && overlap(outer, inner);
}

/** Whether two blocks have an address in common. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [parseBlock(one), parseBlock(other)];
  return !!a && !!b && a.first < b.first + sizeOf(b) && b.first < a.first + sizeOf(a);
}

function parseBlock(text: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [, ...numbers] = match.map(Number);
  const [prefix = 0] = numbers.splice(4);
  if (prefix > 32 || numbers.some((byte) => byte > 255)) return undefined;
  const address = numbers.reduce((sum, byte) => sum * 256 + byte, 0);
  return { first: address - (address % 2 ** (32 - prefix)), prefix };
}

function sizeOf({ prefix }: Block): number {
  return 2 ** (32 - prefix);
}
