import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import { parseImage, withTag } from "../images/imageReference";

export const deploymentOnlyModule = true;

/** A container of a task definition that runs an image of the repository. */
export interface ContainerMatch {
  readonly container: string;
  readonly from: string;
  /** Undefined when the image is pinned to a digest: that is the user's decision and is not changed. */
  readonly to?: string;
}

/** Fields that ECS adds to a task definition and does not accept in a request. */
const READ_ONLY = [
  "compatibilities",
  "deregisteredAt",
  "registeredAt",
  "registeredBy",
  "requiresAttributes",
  "revision",
  "status",
  "taskDefinitionArn",
  "deleteRequestedAt",
];

/** Returns the containers whose image comes from exactly this repository, in the order of the task definition. */
export function matchContainers(
  definition: TaskDefinition,
  change: { readonly repository: string; readonly tag: string },
): ContainerMatch[] {
  return (definition.containerDefinitions ?? []).flatMap(({ name = "", image = "" }) => {
    const parsed = parseImage(image);
    if (parsed?.repository !== change.repository) return [];
    const match = { container: name, from: image };
    return [parsed.digest ? match : { ...match, to: withTag(parsed, change.tag) }];
  });
}

/** Checks whether Docker would pull the same image for both: `web` and `web:latest`. */
export function isSameImage(one: string, other: string): boolean {
  const [a, b] = [parseImage(one), parseImage(other)];
  if (!a || !b) return one === other;
  const isSame = a.repository === b.repository && a.digest === b.digest;
  return isSame && (a.tag ?? "latest") === (b.tag ?? "latest");
}

/**
 * Creates the next revision: the matching images changed, the fields that ECS added left out, everything else
 * unchanged, including fields that this code does not know.
 */
export function nextRevision(
  definition: TaskDefinition,
  tags: readonly Tag[],
  matches: readonly ContainerMatch[],
): RegisterTaskDefinitionRequest {
  const kept = Object.entries(definition).filter(([key]) => !READ_ONLY.includes(key));
  const images = Object.fromEntries(matches.map(({ container, to }) => [container, to]));
  const containerDefinitions = (definition.containerDefinitions ?? []).map((container) => {
    const name = container.name ?? "";
    const image = Object.hasOwn(images, name) ? images[name] : undefined;
    return image === undefined ? container : { ...container, image };
  });
  return {
    ...(Object.fromEntries(kept) as TaskDefinition),
    family: definition.family,
    containerDefinitions,
    // ECS refuses an empty list.
    ...(tags.length > 0 ? { tags: [...tags] } : {}),
  };
}

/** Parses `arn:aws:ecs:...:task-definition/web:7` into family and revision. */
export function parseTaskDefinitionArn(
  arn: string,
): { readonly family: string; readonly revision: number } | undefined {
  const [, family, revision] = /(?:^|\/)([A-Za-z0-9_-]+):(\d+)$/.exec(arn) ?? [];
  return family === undefined ? undefined : { family, revision: Number(revision) };
}
