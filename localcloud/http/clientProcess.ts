import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";

/**
 * Checks whether the client of a connection is a process of deployed code: of a function, of an instance, or a
 * descendant of one. Returns false on systems without /proc (macOS, Windows).
 *
 * All of these processes start with a hard limit of file sizes, which children inherit and cannot raise. So the check
 * does not depend on a process's environment or parents, which it could change.
 * https://man7.org/linux/man-pages/man2/getrlimit.2.html
 */
export function isOfDeployedCode({ remotePort, localPort }: Socket): boolean {
  const ours = fileSizeLimit("self");
  if (ours === undefined || remotePort === undefined || localPort === undefined) return false;
  const inodes = socketInodes(remotePort, localPort);
  // The sender no longer waits for a response and cannot be identified.
  if (inodes.length === 0) return true;
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`));
  return processes().some((id) => {
    const limit = fileSizeLimit(id);
    return limit !== undefined && limit < ours && hasOpen(id, links);
  });
}

function processes(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

/** Returns the hard limit in bytes; undefined for a process that has ended, and without /proc. */
function fileSizeLimit(id: string): number | undefined {
  const hard = /^Max file size +\S+ +(\S+)/m.exec(read(`/proc/${id}/limits`))?.[1];
  if (hard === undefined) return undefined;
  return hard === "unlimited" ? Infinity : Number(hard);
}

/**
 * Returns the client's sockets of connections between two ports, for all addresses: a client that uses IPv6 has its
 * 127.0.0.1 connections in the IPv6 table. A closed socket has inode 0.
 * https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
 */
function socketInodes(clientPort: number, serverPort: number): string[] {
  const ports = [clientPort, serverPort].map((port) => `[0-9A-F]+:${hex(port)}`).join(" ");
  const line = new RegExp(`^ *\\d+: ${ports} \\w+ \\S+ \\S+ \\S+ +\\d+ +\\d+ (\\d+) `, "gm");
  const table = read("/proc/net/tcp") + read("/proc/net/tcp6");
  return [...table.matchAll(line)].map(([, inode]) => inode).filter((inode) => inode !== "0");
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

/**
 * Checks whether a process has the socket open; also true if it is one of this user and its open files may not be
 * inspected. Deployed code runs as this user; no open files of other users' processes may be inspected.
 */
function hasOpen(id: string, links: ReadonlySet<string>): boolean {
  const folder = `/proc/${id}/fd`;
  try {
    return readdirSync(folder).some((fd) => links.has(linkOf(`${folder}/${fd}`)));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" && isOfThisUser(id);
  }
}

/** By its real user id, which it keeps when it runs a program that sets the user id. */
function isOfThisUser(id: string): boolean {
  const user = /^Uid:\s+(\d+)/m.exec(read(`/proc/${id}/status`))?.[1];
  return user === String(process.getuid?.());
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
