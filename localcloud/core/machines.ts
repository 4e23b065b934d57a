import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Machine, type MachineFacts, type MachinesHome } from "./machine";
import { MachineStarter } from "./machineStarter";
import { Watchdog } from "./watchdog";

/** The machines behind instances, from launch to termination. A machine has no resources before its first command. */
export class Machines {
  private readonly all = new Map<string, Machine>();
  private root: string | undefined;
  private watchdog: Watchdog | undefined;
  private starter: MachineStarter | undefined;

  constructor(private readonly endpoint: () => string) {}

  add(id: string, facts: MachineFacts): void {
    this.all.set(id, new Machine(id, () => this.home(), facts));
  }

  /** Returns the machines of a region in the order of their launch. */
  in(region: string): Machine[] {
    return [...this.all.values()].filter(({ facts }) => facts.region === region);
  }

  at(id: string): Machine | undefined {
    return this.all.get(id);
  }

  /** Ends its processes and deletes its disk. */
  remove(id: string): void {
    this.all.get(id)?.remove();
    this.all.delete(id);
  }

  /** Resolves when all machines are removed. */
  async close(): Promise<void> {
    for (const machine of this.all.values()) machine.halt();
    this.all.clear();
    await this.starter?.close();
    await this.watchdog?.close();
    if (this.root) rmSync(this.root, { recursive: true, force: true });
    this.root = this.watchdog = this.starter = undefined;
  }

  private home(): MachinesHome {
    this.root ??= mkdtempSync(join(tmpdir(), "localcloud-machines-"));
    this.watchdog ??= new Watchdog(this.root, "HOME");
    this.starter ??= new MachineStarter(this.root);
    const { root, watchdog, starter } = this;
    return { root, watchdog, starter, endpoint: this.endpoint() };
  }
}
