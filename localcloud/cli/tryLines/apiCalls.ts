import {
  APIGatewayClient,
  paginateGetModels,
  paginateGetResources,
  paginateGetRestApis,
  GetStagesCommand,
  type Method,
  type Resource,
} from "@aws-sdk/client-api-gateway";
import type { Cloud } from "../../cloud/cloud";
import { ROOT_CREDENTIALS } from "../../engine/session";
import { exampleOf, exampleText } from "../../engine/deployed/example";

/** A request to a deployed API, with example values as parameters. */
export interface ApiCall {
  readonly method: string;
  readonly url: string;
  /** Matches every URL of the method, whatever its parameters. */
  readonly route: RegExp;
  /** JSON body made from the method's model; undefined if it accepts none. */
  readonly body?: unknown;
}

/** Returns one call for each method of every deployed stage; known addresses replace the example's. */
export async function apiCalls(cloud: Cloud, known: readonly string[] = []): Promise<ApiCall[]> {
  const client = new APIGatewayClient({
    endpoint: cloud.endpoint,
    region: cloud.defaultRegion,
    credentials: ROOT_CREDENTIALS,
  });
  try {
    const calls: ApiCall[] = [];
    for await (const { items } of paginateGetRestApis({ client }, {}))
      for (const { id } of items ?? []) if (id) calls.push(...(await callsOf(client, cloud, id)));
    return calls.map((call) => ({
      ...call,
      url: known.find((url) => call.route.test(url)) ?? call.url,
    }));
  } finally {
    client.destroy();
  }
}

async function callsOf(
  client: APIGatewayClient,
  cloud: Cloud,
  restApiId: string,
): Promise<ApiCall[]> {
  const { item: stages } = await client.send(new GetStagesCommand({ restApiId }));
  const models = new Map<string, string>();
  for await (const { items } of paginateGetModels({ client }, { restApiId }))
    for (const { name, schema } of items ?? []) if (name && schema) models.set(name, schema);
  const resources: Resource[] = [];
  for await (const { items } of paginateGetResources({ client }, { restApiId, embed: ["methods"] }))
    resources.push(...(items ?? []));
  resources.sort((one, other) => (one.path ?? "").localeCompare(other.path ?? ""));
  return (stages ?? []).flatMap((stage) =>
    resources.flatMap(({ path = "", resourceMethods = {} }) =>
      Object.entries(resourceMethods)
        .filter(([method]) => method !== "OPTIONS")
        .map(([method, settings]) => {
          const base = `${cloud.endpoint}/restapis/${restApiId}/${stage.stageName}/_user_request_`;
          return {
            method: method === "ANY" ? "GET" : method,
            url: `${base}${fill(path)}`,
            route: routeOf(`${base}${path}`),
            body: bodyOf(settings, models),
          };
        }),
    ),
  );
}

function fill(path: string): string {
  return path.replace(/\{([^}+]+)\+?\}/g, (_match, name: string) => exampleText(name));
}

/** `/pages/{id}` -> `^/pages/[^/]+$`; `{proxy+}` matches the rest of the path. */
function routeOf(template: string): RegExp {
  const parts = template.split(/\{([^}]+)\}/).map((part, index) => {
    if (index % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    return part.endsWith("+") ? ".+" : "[^/]+";
  });
  return new RegExp(`^${parts.join("")}$`);
}

function bodyOf({ requestModels }: Method, models: ReadonlyMap<string, string>): unknown {
  const schema = models.get(requestModels?.["application/json"] ?? "");
  return schema === undefined ? undefined : exampleOf(JSON.parse(schema) as object);
}
