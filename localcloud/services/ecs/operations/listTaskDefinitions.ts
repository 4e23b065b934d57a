import type {
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
} from "@aws-sdk/client-ecs";
import type { Operation } from "../../../core/service";
import { invalidParameter } from "../model/errors";
import { listPage } from "../model/listPage";
import type { TaskDefinitionRevision } from "../model/model";
import type { EcsStore } from "../store";

export const listTaskDefinitions: Operation<
  EcsStore,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse
> = {
  run(input, { store }) {
    const status = input.status ?? "ACTIVE";
    if (!["ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"].includes(status))
      throw invalidParameter(`Invalid status: ${status}.`);
    // The API calls it a prefix, but it must be the complete name of a family.
    const families =
      input.familyPrefix === undefined
        ? [...store.families.values()]
        : [store.families.get(input.familyPrefix) ?? []];
    const revisions = families.flat().filter(({ definition }) => definition.status === status);
    const { items, nextToken } = listPage(revisions, input, {
      key: sortKey,
      descending: input.sort === "DESC",
    });
    return { taskDefinitionArns: items.map(({ arn }) => arn), nextToken };
  },
};

export const listTaskDefinitionFamilies: Operation<
  EcsStore,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse
> = {
  run(input, { store }) {
    // Without a status, both active and inactive families are listed.
    const status = input.status ?? "ALL";
    if (!["ACTIVE", "INACTIVE", "ALL"].includes(status))
      throw invalidParameter(`Invalid status: ${status}.`);
    const names = [...store.families]
      .filter(([name, revisions]) => {
        if (revisions.length === 0 || !name.startsWith(input.familyPrefix ?? "")) return false;
        return status === "ALL" || status === (isActive(revisions) ? "ACTIVE" : "INACTIVE");
      })
      .map(([name]) => name);
    const { items, nextToken } = listPage(names, input, { key: (name) => name });
    return { families: [...items], nextToken };
  },
};

/** Checks whether a family is active: at least one of its revisions is. */
function isActive(revisions: readonly TaskDefinitionRevision[]): boolean {
  return revisions.some(({ definition }) => definition.status === "ACTIVE");
}

/**
 * Returns a key that sorts by family name, then by revision number. A space sorts before every character of a name.
 */
function sortKey({ family, revision }: TaskDefinitionRevision): string {
  return `${family} ${String(revision).padStart(10, "0")}`;
}
