import type { Socket } from "node:net";

/** Simulated behaviours of an SSH host, for tests of its clients. */
export const BEHAVIOURS = [
  "normal",
  /** Refuses connections. */
  "refuse",
  /** Accepts connections but sends nothing. */
  "silent",
  /** Sends a line before the greeting now and then, and never the greeting. */
  "tarpit",
  /** Sends endless lines before the greeting, as fast as they are read. */
  "bannerFlood",
  /** Stops reading after the login, as if the network had been cut. */
  "halfOpen",
  /** Accepts no key. */
  "authFail",
  /** A server from before 2014: an ssh-rsa host key and the algorithms of its time. */
  "oldAlgorithmsOnly",
  /** Uses another host key than the console shows. */
  "otherHostKey",
  /** Breaks the connection at a command's first output, or at its end. */
  "dropDuringCommand",
] as const;

export type Behaviour = (typeof BEHAVIOURS)[number];

const TARPIT_MS = 500;

/** @returns whether the behaviour handles the connection itself, without SSH. */
export function takesSocket(behaviour: Behaviour, socket: Socket): boolean {
  switch (behaviour) {
    case "silent":
      return true;
    case "tarpit": {
      const timer = setInterval(() => socket.write("wait\r\n"), TARPIT_MS).unref();
      socket.on("close", () => clearInterval(timer));
      return true;
    }
    case "bannerFlood": {
      const lines = `${"x".repeat(78)}\r\n`.repeat(800);
      const pour = (): void => {
        while (!socket.destroyed && socket.write(lines));
      };
      socket.on("drain", pour);
      pour();
      return true;
    }
    default:
      return false;
  }
}
