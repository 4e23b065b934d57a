import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
} from "@aws-sdk/client-ecs";
import type { Cloud } from "../../cloud/cloud";
import { ROOT_CREDENTIALS } from "../../engine/session";

/** The part of Docker Hub's webhook body that names the pushed image; see dockerHubPush for all of it. */
export interface ExamplePush {
  readonly push_data: { readonly tag: string; readonly pushed_at: number };
  readonly repository: { readonly repo_name: string };
}

/** Returns the body of a webhook for the next tag of an image that a service of the cloud runs. */
export async function examplePush(cloud: Cloud): Promise<ExamplePush> {
  const { repository, tag } = parseImage((await imageOfSomeService(cloud)) ?? "acme/web:1.0");
  return {
    push_data: { tag: nextTag(tag), pushed_at: Math.floor(cloud.clock.now() / 1000) },
    repository: { repo_name: repository },
  };
}

/** `acme/web:1.0` -> `acme/web` and `1.0`; a colon before a slash belongs to a registry's port. */
export function parseImage(image: string): { repository: string; tag: string } {
  const [, repository = image, tag = "latest"] =
    /^(?:docker\.io\/)?(.+?)(?::([^/:@]+))?(?:@.*)?$/.exec(image) ?? [];
  return { repository, tag };
}

/** `1.0` -> `1.1`; after a tag without a number at its end comes `1.0`. */
export function nextTag(tag: string): string {
  const [, start, digits] = /^(.*?)(\d+)$/.exec(tag) ?? [];
  return digits === undefined ? "1.0" : `${start}${Number(digits) + 1}`;
}

async function imageOfSomeService(cloud: Cloud): Promise<string | undefined> {
  const ecs = new ECSClient({
    endpoint: cloud.endpoint,
    region: cloud.defaultRegion,
    credentials: ROOT_CREDENTIALS,
  });
  try {
    const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
    for (const cluster of clusterArns) {
      const { serviceArns = [] } = await ecs.send(
        new ListServicesCommand({ cluster, maxResults: 1 }),
      );
      if (serviceArns.length === 0) continue;
      const { services = [] } = await ecs.send(
        new DescribeServicesCommand({ cluster, services: serviceArns }),
      );
      const { taskDefinition } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: services[0]?.taskDefinition }),
      );
      return taskDefinition?.containerDefinitions?.[0]?.image;
    }
    return undefined;
  } finally {
    ecs.destroy();
  }
}
