import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";

/**
 * Whether a process of deployed code is at the other end of a connection: a function's, an instance's, or whatever one
 * of them started. False where the system has no /proc to tell (macOS, Windows).
 *
 * All of these are started with a hard limit of file sizes, which a process hands on to its children and cannot raise:
 * nothing else of it need be believed, neither its environment nor its parents.
 * https://man7.org/linux/man-pages/man2/getrlimit.2.html
 */
export function isOfDeployedCode({ remotePort, localPort }: Socket): boolean {
  const ours = fileSizeLimit("self");
  if (ours === undefined || remotePort === undefined || localPort === undefined) return false;
  const inodes = socketInodes(remotePort, localPort);
  // Whoever sent it does not wait for an answer, and so nobody can be asked.
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

/** The hard limit in bytes; undefined for a process that is gone, and without /proc. */
function fileSizeLimit(id: string): number | undefined {
  const hard = /^Max file size +\S+ +(\S+)/m.exec(read(`/proc/${id}/limits`))?.[1];
  if (hard === undefined) return undefined;
  return hard === "unlimited" ? Infinity : Number(hard);
}

/**
 * The client's ends of the connections between two ports, whatever their addresses: one of 127.0.0.1 is shown among
 * those of IPv6 where its client speaks that. An end that was closed is there with 0.
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

/** Also true for a process that lets nobody look at what it has open. */
function hasOpen(id: string, links: ReadonlySet<string>): boolean {
  const folder = `/proc/${id}/fd`;
  try {
    return readdirSync(folder).some((fd) => links.has(linkOf(`${folder}/${fd}`)));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES";
  }
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
