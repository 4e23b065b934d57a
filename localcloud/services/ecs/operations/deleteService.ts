import type { DeleteServiceRequest, DeleteServiceResponse } from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { ecsCheck, inCluster, resourceTags, serviceArn } from "../model/access";
import { invalidParameter, serviceNotActive, serviceNotFound } from "../model/errors";
import { clusterName, lastPart, nameInCluster } from "../model/references";
import { describeService } from "../model/services/serviceDescription";
import type { EcsStore } from "../store";

/** The service drains, and becomes INACTIVE when its last task has stopped. */
export const deleteService: Operation<EcsStore, DeleteServiceRequest, DeleteServiceResponse> = {
  access: ({ cluster, service }, context) => [
    ecsCheck("DeleteService", serviceArn(context, cluster, service), {
      ...inCluster(context, cluster),
      ...resourceTags(
        context.store.clusters.get(clusterName(cluster))?.services.get(lastPart(service ?? ""))
          ?.tags,
      ),
    }),
  ],
  run({ cluster, service: reference = "", force }, { store }) {
    const { name, services } = store.cluster(cluster);
    const service = services.get(nameInCluster(reference, name, store.scope));
    if (!service) throw serviceNotFound();
    if (service.status === "INACTIVE") throw serviceNotActive();
    const { desiredCount, schedulingStrategy } = service.settings;
    // "It's only necessary to use this if the service uses the REPLICA scheduling strategy":
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html
    if (!force && desiredCount > 0 && schedulingStrategy !== "DAEMON")
      throw invalidParameter("The service cannot be stopped while it is scaled above 0.");
    service.status = "DRAINING";
    store.load.set(service, undefined);
    store.scheduler.changed(service);
    return { service: describeService(service, [], store) };
  },
};
