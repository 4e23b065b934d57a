import { Machine, type MachineFacts, type MachinesHome } from "./machine";
import { MachineStarter } from "./machineStarter";
import { createTemporaryFolder, type TemporaryFolder } from "../temporaryFolder";
import { Watchdog } from "./watchdog";

/** The machines behind instances, from launch to termination. A machine has no resources before its first command. */
export class Machines {
  private readonly all = new Map<string, Machine>();
  private root: TemporaryFolder | undefined;
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
    this.root?.remove();
    this.root = this.watchdog = this.starter = undefined;
  }

  private home(): MachinesHome {
    this.root ??= createTemporaryFolder("localcloud-machines-");
    const { path } = this.root;
    this.watchdog ??= new Watchdog(path, "HOME");
    this.starter ??= new MachineStarter(path);
    const { watchdog, starter } = this;
    return { root: path, watchdog, starter, endpoint: this.endpoint() };
  }
}
