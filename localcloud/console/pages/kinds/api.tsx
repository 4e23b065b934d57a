import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { pretty } from "../../format";
import { Act, Show, Table, Text, useLoaded } from "../load";

interface Route {
  readonly path?: string;
  readonly resourceMethods?: Readonly<Record<string, unknown>>;
}

interface Stage {
  readonly deploymentId?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Shows a stage: its routes with a form to try them, and its variables. */
export function ApiPage({ resource }: { resource: DeployedResource }) {
  const { restApi: restApiId = "", stageName = "" } = resource.facts ?? {};
  const found = useLoaded(resource.urn, () =>
    Promise.all([
      call<{ items?: Route[] }>("api-gateway", "GetResources", {
        restApiId,
        limit: 500,
        embed: ["methods"],
      }),
      call<Stage>("api-gateway", "GetStage", { restApiId, stageName }),
    ]),
  );
  const base = `/restapis/${restApiId}/${stageName}/_user_request_`;
  return (
    <Show of={found}>
      {([{ items = [] }, { deploymentId, variables = {} }]) => (
        <>
          <h3>Try it</h3>
          <Try base={base} routes={items} />
          <h3>Stage</h3>
          <p>Deployment {deploymentId}</p>
          <Table
            none="It has no variables."
            head={["Variable", "Value"]}
            rows={Object.entries(variables)}
          />
        </>
      )}
    </Show>
  );
}

function Try({ base, routes }: { base: string; routes: readonly Route[] }) {
  const known = routes.flatMap(({ path, resourceMethods = {} }) =>
    Object.keys(resourceMethods).map((method) => `${method} ${path}`),
  );
  const line = useSignal(known.find((one) => !one.startsWith("OPTIONS")) ?? "GET /");
  const body = useSignal("");
  const answer = useSignal("");
  const send = async (): Promise<string> => {
    const [method, path = "/"] = line.value.split(" ");
    const headers = { "content-type": "application/json" };
    const init = body.value === "" ? { method } : { method, headers, body: body.value };
    const got = await fetch(base + path, init);
    answer.value = pretty(await got.text());
    return `${got.status} ${got.statusText}`;
  };
  return (
    <>
      <label class="text">
        Route: replace what is in braces
        <input
          list="routes"
          value={line}
          onInput={(event) => (line.value = event.currentTarget.value)}
        />
      </label>
      <datalist id="routes">
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Text label="Body" value={body.value} onText={(text) => (body.value = text)} />
      <Act act={send}>Send</Act>
      {answer.value !== "" && <pre tabIndex={0}>{answer}</pre>}
    </>
  );
}
