import type { Cloud } from "./cloud";
import type { SavedStore } from "./registry";

/** The state of a cloud between two runs: everything that its services store, and its time. */
export interface SavedCloud {
  readonly region: string;
  readonly accountId: string;
  /** Milliseconds that its time was ahead of the computer's. */
  readonly ahead: number;
  /** When it was saved, milliseconds of cloud time. */
  readonly at: number;
  /** Stores by service. */
  readonly services: ReadonlyMap<string, readonly SavedStore[]>;
}

/** Copies the state of a cloud that is ending: `close` calls it when nothing changes any more. */
export async function saveCloud(cloud: Cloud): Promise<SavedCloud> {
  const { accountId, clock, defaultRegion: region, registry } = cloud;
  const services = new Map<string, readonly SavedStore[]>();
  for (const service of registry.all())
    services.set(service.definition.name, await service.save(cloud));
  return { region, accountId, ahead: clock.ahead, at: clock.now(), services };
}

/**
 * Gives a new cloud the state of an earlier one. Time has passed meanwhile, as for services on AWS.
 *
 * @throws TypeError if the state was saved by another version
 */
export async function restoreCloud(cloud: Cloud, saved: SavedCloud): Promise<void> {
  cloud.clock.continueAt(Date.now() + saved.ahead);
  for (const [name, stores] of saved.services)
    await cloud.registry.named(name)?.restore(stores, cloud);
  for (const service of cloud.registry.all()) await service.resume(saved.at);
}
