import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { newHostKey } from "../../services/ec2/ssh/hostKey";

/** Folders where Debian, Homebrew and others install it; usually not in PATH. */
const FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"];

/** Returns the path of this computer's OpenSSH server, if it is installed and this user may start it. */
export function findSshd(): string | undefined {
  const folders = [...FOLDERS, ...(process.env.PATH ?? "").split(delimiter)];
  const found = folders.map((folder) => join(folder, "sshd")).find((file) => existsSync(file));
  // As root it requires a user and a folder, which exist after the first start of its service.
  return process.getuid?.() === 0 && !existsSync("/run/sshd") ? undefined : found;
}

/**
 * A real OpenSSH server for this user, with its own host key. It runs one process per connection; none of them
 * outlives `stop`. Skip tests that need it if `findSshd` finds none.
 */
export class Sshd {
  readonly user = userInfo().username;
  private readonly children = new Set<ChildProcess>();

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    /** `ssh-ed25519 AAAA...` */
    readonly hostKey: string,
  ) {}

  /** @param authorizedKeys public keys, as in a file authorized_keys. */
  static async start(file: string, authorizedKeys: readonly string[]): Promise<Sshd> {
    const folder = mkdtempSync(join(tmpdir(), "sshd-"));
    const key = newHostKey();
    writeFileSync(join(folder, "host_key"), key.private, { mode: 0o600 });
    writeFileSync(join(folder, "authorized_keys"), `${authorizedKeys.join("\n")}\n`);
    writeFileSync(join(folder, "config"), config(folder));
    // This process reads nothing from a connection: the server that it starts does.
    const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
    const sshd = new Sshd(server, folder, key.public);
    server.on("connection", (socket) => sshd.serve(file, socket));
    await once(server, "listening");
    return sshd;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.close();
    const running = [...this.children].filter(({ exitCode }) => exitCode === null);
    const ended = running.map((child) => once(child, "exit"));
    for (const child of running) child.kill("SIGKILL");
    await Promise.all(ended);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private serve(file: string, socket: Socket): void {
    const args = ["-i", "-e", "-f", join(this.folder, "config")];
    const child = spawn(file, args, { stdio: [socket, socket, "ignore"] });
    this.children.add(child);
    child.on("exit", () => this.children.delete(child));
    socket.destroy();
  }
}

function config(folder: string): string {
  return [
    `HostKey ${join(folder, "host_key")}`,
    `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "",
  ].join("\n");
}
