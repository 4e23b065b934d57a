import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";

/**
 * Reads `watch <group>`, `forget <group>` and `sweep <text> ...` from its input. When that ends, the
 * cloud has stopped or was killed: it kills every group it still watches and every process that was
 * started with the variable `$2` below the folder `$1`, and removes the folder. A sweep looks
 * several times, because what is killed may just have started another.
 */
const SCRIPT = `
sweep() {
  [ "$1" ] || return 0 # an empty text is in every environment
  for round in 1 2 3 4 5 6 7 8 9 10; do
    found=
    for file in $(grep -slF -e "$1" /proc/[0-9]*/environ 2>/dev/null); do
      pid=\${file#/proc/}
      kill -9 "\${pid%/environ}" 2>/dev/null && found=1
    done
    [ "$found" ] || return 0
  done
}
groups=" "
while read -r action rest; do
  case $action in
    watch) groups="$groups$rest " ;;
    forget) case $groups in *" $rest "*) groups="\${groups%% "$rest" *} \${groups#* "$rest" }" ;; esac ;;
    sweep) sweep "$(set -f; printf '%s\\n' $rest)" ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
sweep "$2=$1/"
rm -rf "$1"
`;

/** How long what has ended may leave something behind; one look for all that ended meanwhile is enough. */
const SWEEP_AFTER_MS = 1000;

/**
 * A small process beside the cloud that ends what workers and machines leave behind: at once when the cloud
 * itself is killed, and children that left a process group soon after its end.
 */
export class Watchdog {
  private child: ChildProcess | undefined;
  private readonly groups = new Set<number>();
  private unswept: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param folder that all of them have their files in; the watchdog removes it at the end.
   * @param variable whose value, in the environment of each, begins with the folder.
   */
  constructor(
    private readonly folder: string,
    private readonly variable: string,
  ) {}

  /** Kills this process group if the cloud cannot. */
  watch(group: number): void {
    this.groups.add(group);
    // A new one knows all groups already.
    if (this.child) this.tell(`watch ${group}`);
    else this.start();
  }

  /** The group has ended. */
  forget(group: number): void {
    this.groups.delete(group);
    this.tell(`forget ${group}`);
  }

  /** Kills, soon, every process whose environment has this text, without blanks, in it. */
  sweep(text: string): void {
    this.unswept.push(text);
    this.timer ??= setTimeout(() => {
      this.tell(`sweep ${this.unswept.join(" ")}`);
      this.unswept = [];
      this.timer = undefined;
    }, SWEEP_AFTER_MS).unref();
  }

  /** Resolves when nothing is left of any worker, nor of the folder. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.ref();
    child.stdin?.end();
    await ended;
  }

  private start(): void {
    if (process.platform === "win32") return;
    const child = spawn("/bin/sh", ["-c", SCRIPT, "sh", this.folder, this.variable], {
      cwd: "/",
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    this.child = child;
    child.unref();
    // Somebody killed it: the next worker brings another.
    const gone = (): void => {
      if (this.child === child) this.child = undefined;
    };
    child.on("exit", gone).on("error", gone);
    child.stdin.on("error", () => undefined);
    // A pipe is a socket to Node, whatever its type says; it must not keep the cloud's process alive.
    if (child.stdin instanceof Socket) child.stdin.unref();
    for (const group of this.groups) this.tell(`watch ${group}`);
  }

  private tell(line: string): void {
    this.child?.stdin?.write(`${line}\n`);
  }
}
