import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Machine } from "./machine";
import { Watchdog } from "./watchdog";

/** The machines behind instances: nothing of one is made before its first command. */
export class Machines {
  private readonly all = new Map<string, Machine>();
  private root: string | undefined;
  private watchdog: Watchdog | undefined;

  /** @param variables of its processes, beside those of every login; asked for each command. */
  boot(id: string, variables: () => Readonly<Record<string, string>>): void {
    // The disk outlives a stop.
    if (!this.all.has(id)) this.all.set(id, new Machine(id, () => this.home(), variables));
  }

  at(id: string): Machine | undefined {
    return this.all.get(id);
  }

  /** Ends its processes and takes its disk away. */
  remove(id: string): void {
    this.all.get(id)?.remove();
    this.all.delete(id);
  }

  /** Resolves when nothing is left of any of them. */
  async close(): Promise<void> {
    for (const machine of this.all.values()) machine.halt();
    this.all.clear();
    await this.watchdog?.close();
    if (this.root) rmSync(this.root, { recursive: true, force: true });
    this.root = this.watchdog = undefined;
  }

  private home(): { readonly root: string; readonly watchdog: Watchdog } {
    this.root ??= mkdtempSync(join(tmpdir(), "localcloud-machines-"));
    this.watchdog ??= new Watchdog(this.root, "HOME");
    return { root: this.root, watchdog: this.watchdog };
  }
}
