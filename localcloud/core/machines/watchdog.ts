import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";

/**
 * Reads `watch <group>`, `forget <group>` and `sweep <text> ...` from its input. When the input ends, the cloud has
 * stopped or was killed: the script kills every watched group and every process whose variable `$2` is below the
 * folder `$1`, and deletes the folder. A sweep checks several times, because a killed process may just have started
 * another.
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

/** Time that ended processes have to leave others behind; a single sweep serves all that ended meanwhile. */
const SWEEP_AFTER_MS = 1000;

/**
 * A small process beside the cloud that ends what workers and machines leave behind: immediately when the cloud
 * itself is killed, and child processes that left a process group soon after the group's end.
 */
export class Watchdog {
  private child: ChildProcess | undefined;
  private readonly groups = new Set<number>();
  private unswept: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param folder that contains the files of all of them; the watchdog deletes it at the end.
   * @param variable whose value, in the environment of each, begins with the folder.
   */
  constructor(
    private readonly folder: string,
    private readonly variable: string,
  ) {}

  /** Kills this process group if the cloud cannot. */
  watch(group: number): void {
    this.groups.add(group);
    // A new process receives all groups when it starts.
    if (this.child) this.send(`watch ${group}`);
    else this.start();
  }

  /** Stops watching a group that has ended. */
  forget(group: number): void {
    this.groups.delete(group);
    this.send(`forget ${group}`);
  }

  /** Soon kills every process whose environment contains this text, which must not contain blanks. */
  sweep(text: string): void {
    this.unswept.push(text);
    this.timer ??= setTimeout(() => {
      this.send(`sweep ${this.unswept.join(" ")}`);
      this.unswept = [];
      this.timer = undefined;
    }, SWEEP_AFTER_MS).unref();
  }

  /** Resolves when all workers have ended and the folder is deleted. */
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
    // The process was killed from outside: the next worker starts another one.
    const gone = (): void => {
      if (this.child === child) this.child = undefined;
    };
    child.on("exit", gone).on("error", gone);
    child.stdin.on("error", () => undefined);
    // For Node a pipe is a socket, although its type differs. It must not keep the cloud's process alive.
    if (child.stdin instanceof Socket) child.stdin.unref();
    for (const group of this.groups) this.send(`watch ${group}`);
  }

  private send(line: string): void {
    this.child?.stdin?.write(`${line}\n`);
  }
}
