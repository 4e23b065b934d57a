import type { Socket } from "node:net";

/** How a host answers, for tests of those who connect to it. */
export const BEHAVIOURS = [
  "normal",
  /** Nobody listens. */
  "refuse",
  /** Connects and says nothing. */
  "silent",
  /** A line before the greeting every now and then, and never the greeting. */
  "tarpit",
  /** Lines before the greeting without end, as fast as they are read. */
  "bannerFlood",
  /** After the login nothing that is sent is read any more, as behind a network that was cut. */
  "halfOpen",
  /** Takes no key. */
  "authFail",
  /** A server from before 2014: an ssh-rsa host key and what went with it. */
  "oldAlgorithmsOnly",
  /** Another host key than the console shows. */
  "otherHostKey",
  /** The connection breaks with a command's first output, or its end. */
  "dropDuringCommand",
] as const;

export type Behaviour = (typeof BEHAVIOURS)[number];

const TARPIT_MS = 500;

/** @returns whether the behaviour answers the connection by itself, without SSH. */
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
