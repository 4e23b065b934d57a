import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { MachineProcess } from "./machineProcess";
import type { MachineStarter } from "./machineStarter";
import type { SessionCredentials } from "../identity";
import type { Watchdog } from "./watchdog";

type Tags = ReadonlyMap<string, string>;

/** Settings that all machines of a cloud share. */
export interface MachinesHome {
  readonly root: string;
  readonly watchdog: Watchdog;
  readonly starter: MachineStarter;
  readonly endpoint: string;
}

/** A command to run on a machine. */
export interface MachineCommand {
  /** User whose home directory the command runs in. All names map to the one OS user that runs the local cloud. */
  readonly user: string;
  /** Command for `/bin/sh -c`. Absent: a shell that reads its commands from its input. */
  readonly command?: string;
  /** Variables in addition to those of the machine. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Properties of a machine that its service provides. */
export interface MachineFacts {
  readonly region: string;
  readonly zone: string;
  /** Private address in its subnet. */
  readonly address: string;
  readonly launchedAt: Date;
  readonly tags: Tags;
  /** Returns credentials of the role in its instance profile, while the role trusts EC2. */
  session(): SessionCredentials | undefined;
}

/** A public key that allows a user's login for a limited time. */
export interface TemporaryKey {
  readonly user: string;
  readonly publicKey: string;
  /** Milliseconds of cloud time. */
  readonly until: number;
}

/** A command cannot be started; the message states what is missing. */
export class NoShell extends Error {
  override readonly name = "NoShell";
}

/**
 * A simulated computer of an instance: it runs commands as processes of this computer, in its own folder, with an
 * environment that contains nothing of the developer's except `PATH`.
 */
export class Machine {
  /** True from the end of its boot until it stops or terminates. */
  isUp = false;
  /** Keys from EC2 Instance Connect. */
  temporaryKeys: readonly TemporaryKey[] = [];
  private readonly groups = new Set<number>();
  private folder: string | undefined;

  constructor(
    readonly id: string,
    private readonly home: () => MachinesHome,
    readonly facts: MachineFacts,
  ) {}

  /** Starts a command in its own process group. @throws NoShell */
  async run({ user, command, variables }: MachineCommand): Promise<MachineProcess> {
    if (process.platform === "win32" || !existsSync(SHELL))
      throw new NoShell(`The local cloud runs commands with ${SHELL}, which is not there.`);
    const folder = this.disk();
    const cwd = homeOf(user, folder);
    mkdirSync(cwd, { recursive: true });
    const env = { ...login(user, cwd, folder), ...this.access(), ...variables };
    const args = command === undefined ? [] : ["-c", command];
    const started = await this.home().starter.start({ file: SHELL, args, cwd, env });
    this.watch(started);
    return started;
  }

  /** Ends all its processes; the disk is kept. */
  halt(): void {
    this.isUp = false;
    this.temporaryKeys = [];
    for (const group of this.groups) killGroup(group, "SIGKILL");
    this.groups.clear();
    if (this.folder) this.home().watchdog.sweep(`HOME=${this.folder}/`);
  }

  remove(): void {
    this.halt();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
    this.folder = undefined;
  }

  private watch({ pid: group, exited }: MachineProcess): void {
    // The machine was stopped while the command was starting.
    if (!this.isUp) return void killGroup(group, "SIGKILL");
    const { watchdog } = this.home();
    this.groups.add(group);
    watchdog.watch(group);
    void exited.then(() => {
      // Processes that it started in the background are still in its group.
      if (killGroup(group, 0)) return;
      this.groups.delete(group);
      watchdog.forget(group);
    });
  }

  /** Returns variables with access data that AWS's instances provide through their metadata service. */
  private access(): Record<string, string> {
    const { region } = this.facts;
    const keys = this.facts.session();
    return {
      // Without this, tools would call the metadata service of the computer that the cloud runs on.
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: this.home().endpoint,
      AWS_REGION: region,
      ...(keys && {
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        AWS_SESSION_TOKEN: keys.sessionToken,
      }),
    };
  }

  private disk(): string {
    if (this.folder) return this.folder;
    const { root } = this.home();
    this.folder = join(root, this.id);
    mkdirSync(join(this.folder, "tmp"), { recursive: true });
    const tools = join(root, "bin");
    if (!existsSync(tools)) {
      mkdirSync(tools);
      writeFileSync(join(tools, "sudo"), SUDO, { mode: 0o755 });
    }
    return this.folder;
  }
}

const SHELL = "/bin/sh";

/**
 * Replaces the computer's own sudo, so that nothing on an instance becomes root here: it runs the command as the same
 * OS user, in the home directory of the given user.
 */
const SUDO = `#!/bin/sh
user=root
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; break ;;
    -u|-g) [ "$1" = -u ] && user=$2; shift 2 ;;
    -u*) user=\${1#-u}; shift ;;
    --user=*) user=\${1#--user=}; shift ;;
    -*) shift ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || set -- "$SHELL"
disk=\${HOME%/root}; disk=\${disk%/home/*}
home=$disk/home/$user; [ "$user" = root ] && home=$disk/root
mkdir -p "$home"
exec env "HOME=$home" "USER=$user" "LOGNAME=$user" "$@"
`;

function homeOf(user: string, folder: string): string {
  // The user's name becomes part of a path.
  return user === "root" ? join(folder, "root") : join(folder, "home", user.replaceAll("/", "_"));
}

function login(user: string, home: string, folder: string): Record<string, string> {
  const path = process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
  return {
    HOME: home,
    LOGNAME: user,
    PATH: `${join(folder, "../bin")}${delimiter}${path}`,
    SHELL,
    TMPDIR: join(folder, "tmp"),
    USER: user,
  };
}

/** @returns whether the group exists. */
export function killGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
