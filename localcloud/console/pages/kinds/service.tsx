import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { instant } from "../../format";
import { Refresh, Show, Table, useLoaded } from "../load";

interface Described {
  readonly services?: readonly {
    readonly desiredCount?: number;
    readonly runningCount?: number;
    readonly pendingCount?: number;
    readonly deployments?: readonly {
      readonly id?: string;
      readonly status?: string;
      readonly taskDefinition?: string;
      readonly runningCount?: number;
      readonly rolloutState?: string;
    }[];
    readonly events?: readonly { readonly createdAt?: string; readonly message?: string }[];
  }[];
}

export function ServicePage({ resource }: { resource: DeployedResource }) {
  const { name, cluster } = resource.facts ?? {};
  const found = useLoaded(resource.urn, () =>
    call<Described>("ecs", "DescribeServices", { cluster, services: [name] }),
  );
  return (
    <Show of={found}>
      {({ services = [] }) => {
        const [service] = services;
        if (!service) return <p class="dim">This service does not exist (any more).</p>;
        return (
          <>
            <p>
              {service.runningCount} of {service.desiredCount} tasks are running,{" "}
              {service.pendingCount} pending.
            </p>
            <Refresh of={found} />
            <h3>Deployments</h3>
            <Table
              head={["Status", "Task definition", "Running", "Rollout"]}
              rows={(service.deployments ?? []).map((one) => [
                one.status,
                one.taskDefinition?.split("/").at(-1),
                one.runningCount,
                one.rolloutState,
              ])}
            />
            <h3>Events</h3>
            <Table
              head={["At (UTC)", "Message"]}
              rows={(service.events ?? []).map(({ createdAt, message }) => [
                instant(createdAt),
                message,
              ])}
            />
          </>
        );
      }}
    </Show>
  );
}
