import type { ComponentChildren } from "preact";
import type { DeployedResource } from "../../cloud/program";
import { decoded, route } from "../address";
import { get } from "../api";
import { restarts } from "../state";
import { AlarmPage } from "./kinds/alarm";
import { ApiPage } from "./kinds/api";
import { BucketPage } from "./kinds/bucket";
import { ComponentPage } from "./kinds/component";
import { FunctionPage } from "./kinds/function";
import { GroupPage } from "./kinds/group";
import { ParameterPage } from "./kinds/parameter";
import { QueuePage } from "./kinds/queue";
import { SchedulePage } from "./kinds/schedule";
import { SecretPage } from "./kinds/secret";
import { ServicePage } from "./kinds/service";
import { TablePage } from "./kinds/table";
import { TopicPage } from "./kinds/topic";
import { Show, Table, useLoaded } from "./load";

export interface Program {
  readonly resources?: readonly DeployedResource[];
}

type Kind = (props: { resource: DeployedResource }) => ComponentChildren;

/** Pages of resources by type; other types show only their facts. */
const KINDS: Readonly<Record<string, Kind>> = {
  "aws:lambda/function:Function": FunctionPage,
  "aws:sqs/queue:Queue": QueuePage,
  "aws:dynamodb/table:Table": TablePage,
  "aws:s3/bucket:Bucket": BucketPage,
  "aws:ssm/parameter:Parameter": ParameterPage,
  "aws:secretsmanager/secret:Secret": SecretPage,
  "aws:ecs/service:Service": ServicePage,
  "aws:autoscaling/group:Group": GroupPage,
  "aws:sns/topic:Topic": TopicPage,
  "aws:cloudwatch/metricAlarm:MetricAlarm": AlarmPage,
  "aws:apigateway/stage:Stage": ApiPage,
  "aws:cloudwatch/eventRule:EventRule": SchedulePage,
  "aws:scheduler/schedule:Schedule": SchedulePage,
};

export function Resources() {
  const all = useLoaded("resources", () => get<Program>("program"));
  const program = all.value?.resources ?? [];
  const urn = decoded(route.value.split("/").slice(1).join("/"));
  return (
    <div class={`panes ${urn ? "has-one" : ""}`}>
      <section class="list tree" aria-label="Resources">
        <Show of={all}>
          {({ resources = [] }) =>
            resources.length > 0 ? (
              <ul tabIndex={0} aria-label="Resources by component">
                <Branch all={resources} parent="" open={urn} />
              </ul>
            ) : (
              <p class="dim">This cloud's own engine has deployed no program.</p>
            )
          }
        </Show>
      </section>
      <section class="page" aria-label="Resource" tabIndex={0}>
        <a class="back" href="#/resources">
          All resources
        </a>
        {all.value && <One urn={urn} all={program} key={restarts.value} />}
      </section>
    </div>
  );
}

function Branch({
  all,
  parent,
  open,
}: {
  all: readonly DeployedResource[];
  parent: string;
  open: string;
}) {
  return (
    <>
      {all
        .filter((one) => one.parent === parent && one.urn !== parent)
        .map((one) => (
          <li key={one.urn}>
            {all.some(({ parent: above }) => above === one.urn) ? (
              <details open={one.urn === open || holds(all, one.urn, open)}>
                <summary>
                  {one.name} <small>{one.type.split(":").at(-1)}</small>
                </summary>
                <ul>
                  <li>
                    <ResourceLink resource={one} open={open} />
                  </li>
                  <Branch all={all} parent={one.urn} open={open} />
                </ul>
              </details>
            ) : (
              <ResourceLink resource={one} open={open} />
            )}
          </li>
        ))}
    </>
  );
}

function ResourceLink({ resource, open }: { resource: DeployedResource; open: string }) {
  const { urn, name, type } = resource;
  return (
    <a
      href={`#/resources/${encodeURIComponent(urn)}`}
      aria-current={urn === open ? "true" : undefined}
    >
      {name} <small>{type.split(":").at(-1)}</small>
    </a>
  );
}

function holds(all: readonly DeployedResource[], parent: string, open: string): boolean {
  return all.some(
    (one) => one.parent === parent && (one.urn === open || holds(all, one.urn, open)),
  );
}

function One({ urn: wanted, all }: { urn: string; all: readonly DeployedResource[] }) {
  const resource = all.find((one) => one.urn === wanted);
  if (!resource && wanted !== "")
    return (
      <>
        <h2>Not found</h2>
        <p class="dim">The program has no resource {wanted} (any more).</p>
      </>
    );
  if (!resource)
    return (
      <>
        <h2>Resources</h2>
        <p class="dim">Choose a resource to see its properties and to try it.</p>
      </>
    );
  const { name, type, urn, id, facts } = resource;
  if (!facts) return <ComponentPage component={resource} all={all} key={urn} />;
  const Kind = KINDS[type];
  const known = Object.entries({ ...facts, id, type, urn });
  return (
    <>
      <h2>{name}</h2>
      {Kind && <Kind resource={resource} key={urn} />}
      <h3>Facts</h3>
      <Table head={["Name", "Value"]} rows={known.map(([key, value]) => [key, value ?? ""])} />
    </>
  );
}
