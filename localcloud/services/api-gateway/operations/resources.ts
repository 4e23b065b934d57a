import type {
  CreateResourceCommandInput,
  CreateResourceCommandOutput,
  DeleteResourceCommandInput,
  GetResourceCommandInput,
  GetResourceCommandOutput,
  GetResourcesCommandInput,
  GetResourcesCommandOutput,
  Resource,
  UpdateResourceCommandInput,
  UpdateResourceCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, conflict, notFound } from "../model/apiErrors";
import { newId } from "../model/identifiers";
import { pathOf, resourceOf, type Api, type ApiResource } from "../store";
import { operation, type Output } from "../model/operation";
import { listPage } from "../model/paging";
import { listingRefusals, patched, replaceText } from "../model/patch";

interface ResourceId {
  restApiId: string | undefined;
  resourceId: string | undefined;
}

const path = ({ restApiId, resourceId }: ResourceId): string =>
  `/restapis/${restApiId}/resources/${resourceId}`;

export const createResource = operation<
  CreateResourceCommandInput,
  Output<CreateResourceCommandOutput>
>(
  "POST",
  ({ restApiId, parentId }) => `/restapis/${restApiId}/resources/${parentId}`,
  ({ restApiId, parentId, pathPart = "" }, { store }) => {
    const parent = resourceOf(store, { restApiId, resourceId: parentId });
    const api = store.api(restApiId);
    const resource: ApiResource = {
      id: newId(),
      parentId: parent.id,
      pathPart,
      methods: new Map(),
    };
    checkPlace(api, resource, parent, pathPart);
    api.resources.set(resource.id, resource);
    return describe(api, resource);
  },
);

export const getResource = operation<GetResourceCommandInput, Output<GetResourceCommandOutput>>(
  "GET",
  path,
  (input, { store }) => {
    const resource = resourceOf(store, input);
    return describe(store.api(input.restApiId), resource, input.embed);
  },
);

export const getResources = operation<GetResourcesCommandInput, Output<GetResourcesCommandOutput>>(
  "GET",
  ({ restApiId }) => `/restapis/${restApiId}/resources`,
  (input, { store }) => {
    const api = store.api(input.restApiId);
    const resources = [...api.resources.values()].map((item) => describe(api, item, input.embed));
    return listPage(resources, input, (resource) => resource.path ?? "");
  },
);

export const updateResource = operation<
  UpdateResourceCommandInput,
  Output<UpdateResourceCommandOutput>
>("PATCH", path, (input, { store }) => {
  const resource = resourceOf(store, input);
  const api = store.api(input.restApiId);
  const place = { parentId: resource.parentId, pathPart: resource.pathPart };
  const moved = patched(
    place,
    input.patchOperations,
    [
      replaceText("/parentId", (target, value) => {
        if (resource.parentId === undefined)
          throw badRequest("Root resource cannot update its parentId.");
        target.parentId = value;
      }),
      replaceText("/pathPart", (target, value) => {
        if (resource.parentId === undefined)
          throw badRequest("Root resource cannot update its pathPart.");
        target.pathPart = value;
      }),
    ],
    listingRefusals(["/parentId", "/pathPart"]),
    "updateResourceInput",
  );
  if (moved.parentId !== undefined) {
    const parent = api.resources.get(moved.parentId);
    if (!parent) throw notFound("Invalid Resource identifier specified");
    if (isInside(api, parent, resource)) throw badRequest("Resources cannot be cyclical.");
    checkPlace(api, resource, parent, moved.pathPart ?? "");
    Object.assign(resource, moved);
  }
  return describe(api, resource);
});

export const deleteResource = operation<DeleteResourceCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    const resource = resourceOf(store, input);
    const api = store.api(input.restApiId);
    if (resource.id === api.rootResourceId) throw badRequest("Root resource cannot be deleted");
    const inside = [...api.resources.values()].filter((other) => isInside(api, other, resource));
    for (const { id } of inside) api.resources.delete(id);
    return {};
  },
);

function describe(api: Api, resource: ApiResource, embed?: readonly string[]): Resource {
  const withMethods = embed?.includes("methods") ?? false;
  return {
    id: resource.id,
    ...(resource.parentId !== undefined && { parentId: resource.parentId }),
    ...(resource.pathPart !== undefined && { pathPart: resource.pathPart }),
    path: pathOf(api, resource),
    ...(resource.methods.size > 0 && {
      resourceMethods: Object.fromEntries(
        [...resource.methods].map(([verb, method]) => [
          verb,
          withMethods ? structuredClone(method) : {},
        ]),
      ),
    }),
  };
}

/** Checks whether `resource` is `ancestor` or below it. */
function isInside(api: Api, resource: ApiResource, ancestor: ApiResource): boolean {
  for (
    let node: ApiResource | undefined = resource;
    node;
    node = node.parentId === undefined ? undefined : api.resources.get(node.parentId)
  )
    if (node.id === ancestor.id) return true;
  return false;
}

const LITERAL = /^[a-zA-Z0-9._\-:$]+$/;
const VARIABLE = /^\{[a-zA-Z0-9._\-]+\+?\}$/;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html */
function checkPlace(api: Api, resource: ApiResource, parent: ApiResource, pathPart: string): void {
  if (!LITERAL.test(pathPart) && !VARIABLE.test(pathPart))
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly " +
        "braces at the beginning and the end.",
    );
  if (/^\{.*\+\}$/.test(parent.pathPart ?? ""))
    throw badRequest(
      `Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`,
    );
  const siblings = [...api.resources.values()].filter(
    (other) => other.parentId === parent.id && other.id !== resource.id,
  );
  if (siblings.some((sibling) => sibling.pathPart === pathPart))
    throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
  const variable = siblings.find((sibling) => VARIABLE.test(sibling.pathPart ?? ""));
  if (VARIABLE.test(pathPart) && variable)
    throw badRequest(
      `A sibling (${variable.pathPart}) of this resource already has a variable path part -- only one is allowed`,
    );
}
