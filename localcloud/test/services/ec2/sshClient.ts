import { once } from "node:events";
import { Client, type ClientChannel, type ConnectConfig } from "ssh2";

/** Result of a command. */
export interface Result {
  readonly code: number | null;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
}

export { newHostKey as newKey } from "../../../services/ec2/ssh/hostKey";

/** Connects, or rejects with the client's error. */
export async function connect(config: ConnectConfig): Promise<Client> {
  const client = new Client();
  await new Promise<void>((resolve, reject) => {
    client.on("ready", resolve).on("error", reject);
    client.on("close", () => reject(new Error("closed before the login")));
    client.connect({ host: "127.0.0.1", username: "ec2-user", readyTimeout: 5000, ...config });
    client.setNoDelay(true);
  });
  return client;
}

/** Starts a command. `exited` resolves with its code, which may arrive in the same packet as its start. */
export function open(
  client: Client,
  command: string,
): Promise<{ readonly channel: ClientChannel; readonly exited: Promise<number | null> }> {
  return new Promise((resolve, reject) =>
    client.exec(command, (error, channel) => {
      if (error) return reject(error);
      const exited = new Promise<number | null>((ended) => channel.on("exit", ended));
      return resolve({ channel, exited });
    }),
  );
}

/** Runs a command and reads its output to the end. */
export function run(client: Client, command: string, stdin = ""): Promise<Result> {
  return new Promise((resolve, reject) =>
    client.exec(command, (error, channel) => {
      if (error) return reject(error);
      // Called immediately, because the exit may arrive in the same packet.
      resolve(finished(channel));
      return channel.end(stdin);
    }),
  );
}

export async function finished(channel: ClientChannel): Promise<Result> {
  const result = { code: null as number | null, signal: undefined as string | undefined };
  let [stdout, stderr] = ["", ""];
  channel.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  channel.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  channel.on("exit", (code: number | null, signal?: string) =>
    Object.assign(result, { code, signal }),
  );
  await once(channel, "close");
  return { ...result, stdout, stderr };
}
