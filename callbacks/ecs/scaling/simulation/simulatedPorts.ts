import type { Memory, AuditRecord, Written } from "../memory";
import type { EvaluationInput } from "../model";
import { NOT_TICKING, type Pace } from "../pace";
import type { ScalerPorts } from "../ports";

export const deploymentOnlyModule = true;

/** Ports of a scaler without AWS. All other code of the scaler runs as deployed. */
export class SimulatedPorts implements ScalerPorts {
  /** The enabled rules that call the scaler. */
  readonly enabled = new Set<Pace>();
  /** Names of the alarms that are in ALARM. */
  readonly on = new Set<string>();
  private memory: Memory = { version: 0, changes: [], ticking: NOT_TICKING, notices: [] };

  /** @param read returns the datapoints that are known at a time */
  constructor(private readonly read: (now: number) => EvaluationInput["series"]) {}

  recall(): Promise<Memory> {
    return Promise.resolve(this.memory);
  }

  remember(_noted: AuditRecord, { version, remembered }: Written): Promise<boolean> {
    if (!remembered) return Promise.resolve(true);
    if (version !== this.memory.version) return Promise.resolve(false);
    const { override, suspended } = this.memory;
    const commanded = { ...(override ? { override } : {}), ...(suspended ? { suspended } : {}) };
    this.memory = { ...remembered, ...commanded, version: version + 1, notices: [] };
    return Promise.resolve(true);
  }

  readSeries(now: number): Promise<EvaluationInput["series"]> {
    return Promise.resolve(this.read(now));
  }

  alarmsOn(names: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(names.filter((name) => this.on.has(name)));
  }

  enable(pace: Pace): Promise<void> {
    this.enabled.add(pace);
    return Promise.resolve();
  }

  disable(pace: Pace): Promise<void> {
    this.enabled.delete(pace);
    return Promise.resolve();
  }
}
