import { deserialize, serialize } from "node:v8";
import { Cloud } from "../../cloud/cloud";
import { restoreCloud, saveCloud, type SavedCloud } from "../../cloud/savedCloud";
import { VirtualClock } from "../../core/clock";

/**
 * Lets every cloud of the tests save its state and continue with it each time that a test advances its clock, as
 * `--state` does between two runs. Every test of a service then also tests that the service's state is saved.
 */
export function restartAtAdvances(): void {
  const clouds = new WeakMap<VirtualClock, Cloud>();
  const { listen } = Cloud.prototype;
  Cloud.prototype.listen = function (port) {
    clouds.set(this.clock, this);
    return listen.call(this, port);
  };
  const { advance } = VirtualClock.prototype;
  VirtualClock.prototype.advance = async function (ms) {
    const cloud = clouds.get(this);
    if (cloud) await restart(cloud);
    return advance.call(this, ms);
  };
}

const restarting = new WeakSet<Cloud>();

async function restart(cloud: Cloud): Promise<void> {
  // A client that waits for a message would lose its answer, and a task of the clock may advance it.
  if (restarting.has(cloud) || isPolled(cloud)) return;
  restarting.add(cloud);
  try {
    await cloud.gathered.flush();
    for (const service of cloud.registry.all()) await service.halt();
    const saved = deserialize(serialize(await saveCloud(cloud))) as SavedCloud;
    const settings = testSettings(cloud);
    cloud.clock.stop();
    // The stores' own; tests listen to other events.
    for (const event of ["instanceState", "killWorker"] as const)
      cloud.events.removeAllListeners(event);
    await cloud.machines.close();
    for (const service of cloud.registry.all()) await service.reset();
    Object.assign(cloud, { directory: undefined });
    // No time passes meanwhile: that would make the tests' own times wrong.
    await restoreCloud(cloud, { ...saved, ahead: -Infinity });
    settings.forEach((setting) => setting.keep());
  } finally {
    restarting.delete(cloud);
  }
}

/** Members of stores that only tests set, by service: a cloud that `localcloud` runs never has them. */
const TEST_SETTINGS: Readonly<Record<string, string>> = { ec2: "bootMs", lambda: "random" };

function testSettings(cloud: Cloud): { keep(): void }[] {
  return Object.entries(TEST_SETTINGS).flatMap(([name, setting]) =>
    storesOf(cloud, name).map(([region, store]) => ({
      keep() {
        const restored = cloud.registry.named(name)?.store(region, cloud);
        // A test's own stand-in for a service has no store.
        if (restored) Object.assign(restored, { [setting]: store[setting] });
      },
    })),
  );
}

function isPolled(cloud: Cloud): boolean {
  return storesOf(cloud, "sqs").some(([, { queues }]) =>
    [...(queues as ReadonlyMap<string, Queue>).values()].some(
      ({ polls }) => polls.waiting.size > 0,
    ),
  );
}

interface Queue {
  readonly polls: { readonly waiting: ReadonlySet<unknown> };
}

/** Returns a service's stores by region; they are private, because services must not reach into each other. */
function storesOf(
  cloud: Cloud,
  name: string,
): (readonly [region: string, store: Record<string, unknown>])[] {
  const service = cloud.registry.named(name) as unknown as
    { readonly stores: ReadonlyMap<string, Record<string, unknown>> } | undefined;
  return [...(service?.stores ?? [])];
}
