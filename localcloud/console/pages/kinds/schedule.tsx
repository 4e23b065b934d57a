import type { DeployedResource } from "../../../cloud/program";
import { get } from "../../api";
import { instant } from "../../format";
import { Show, useLoaded } from "../load";
import type { Timer } from "../time";

/** Shows when a schedule is due next; rules for events are never due. */
export function SchedulePage({ resource }: { resource: DeployedResource }) {
  const timers = useLoaded(resource.urn, () => get<Timer[]>("timers"));
  const names = [resource.id, resource.facts?.name].map((name) => name?.split("/").at(-1));
  return (
    <Show of={timers}>
      {(all) => {
        const next = all.find(({ what }) => names.includes(what.replace(/^(rule|schedule) /, "")));
        return <p>{next ? `Due next at ${instant(next.due)} UTC.` : "It is not scheduled."}</p>;
      }}
    </Show>
  );
}
