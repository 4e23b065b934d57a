import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { MachineProcess } from "./machineProcess";
import type { MachineStarter } from "./machineStarter";
import type { SessionCredentials } from "./service";
import type { Watchdog } from "./watchdog";

type Tags = ReadonlyMap<string, string>;

/** What all machines of a cloud share. */
export interface MachinesHome {
  readonly root: string;
  readonly watchdog: Watchdog;
  readonly starter: MachineStarter;
  readonly endpoint: string;
}

/** What somebody runs on a machine. */
export interface MachineCommand {
  /** Whose home it runs in; all users are the same one of this computer. */
  readonly user: string;
  /** For `/bin/sh -c`. Absent: a shell that reads its commands from its input. */
  readonly command?: string;
  /** Beside those of the machine. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** What a machine is told about itself by the service that it belongs to. */
export interface MachineFacts {
  readonly region: string;
  readonly zone: string;
  /** In its subnet. */
  readonly address: string;
  readonly launchedAt: Date;
  readonly tags: Tags;
  /** The role of its instance profile, as long as the role trusts EC2. */
  session(): SessionCredentials | undefined;
}

/** A public key that opens a user's login for a while. */
export interface LentKey {
  readonly user: string;
  readonly publicKey: string;
  /** Milliseconds of cloud time. */
  readonly until: number;
}

/** A command cannot be started: what is missing, in a sentence. */
export class NoShell extends Error {
  override readonly name = "NoShell";
}

/**
 * What an instance runs things on: processes of this computer in a folder of the machine's own, with an environment
 * in which nothing of the developer's is but `PATH`.
 */
export class Machine {
  /** From the end of its boot to its stop or end. */
  isUp = false;
  /** From EC2 Instance Connect. */
  lentKeys: readonly LentKey[] = [];
  private readonly groups = new Set<number>();
  private folder: string | undefined;

  constructor(
    readonly id: string,
    private readonly home: () => MachinesHome,
    readonly facts: MachineFacts,
  ) {}

  /** Starts a command in a process group of its own. @throws NoShell */
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

  /** Ends all its processes; the disk stays. */
  halt(): void {
    this.isUp = false;
    this.lentKeys = [];
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
    // The machine was stopped while the command began.
    if (!this.isUp) return void killGroup(group, "SIGKILL");
    const { watchdog } = this.home();
    this.groups.add(group);
    watchdog.watch(group);
    void exited.then(() => {
      // What it started in the background lives on in its group.
      if (killGroup(group, 0)) return;
      this.groups.delete(group);
      watchdog.forget(group);
    });
  }

  /** What a login on AWS finds through the instance's metadata, here in its environment. */
  private access(): Record<string, string> {
    const { region } = this.facts;
    const keys = this.facts.session();
    return {
      // Tools would ask the metadata service of the computer that the cloud runs on.
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
 * Stands before the computer's own sudo, so that nothing on an instance becomes root here: it runs the command as the
 * same user, in the other one's home.
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
  // A user's name is a part of a path here.
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

/** @returns whether there is such a group. */
export function killGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
