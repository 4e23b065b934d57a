import type { StoreSaving } from "../../core/saving/storeSaving";
import { resumeInterface } from "./networkInterfaces/attachments";
import { resumeInstance } from "./instances/instanceStates";
import { InstancePrograms } from "./instances/programs";
import type { HostIdentity } from "./ssh/host";
import { resumeInterruption } from "./instances/spot";
import type { Ec2Store } from "./store";

/** Instances keep their host keys and consoles; their processes and disks end with the cloud. */
export const saving: StoreSaving<Ec2Store> = {
  transient: ["hosts"],
  // A test's simulated load.
  computed: ["load"],
  parts: [InstancePrograms],
  save: ({ hosts }) => Promise.resolve(hosts.identities()),
  load(store, saved) {
    for (const [id, identity] of saved as ReadonlyMap<string, HostIdentity>) {
      const instance = store.instances.get(id);
      if (instance) store.hosts.of(instance).resume(identity);
    }
    return Promise.resolve();
  },
  async resume(store) {
    for (const one of store.networkInterfaces.values()) resumeInterface(one, store);
    for (const instance of store.instances.values()) {
      await resumeInstance(instance, store);
      resumeInterruption(instance, store);
    }
    store.fleetKeeper.resume();
  },
};
