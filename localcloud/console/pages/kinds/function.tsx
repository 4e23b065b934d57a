import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call, callPages } from "../../api";
import { logLine, pretty } from "../../format";
import { Act, Refresh, Show, Table, Text, useLoaded } from "../load";

interface Invoked {
  readonly Payload?: string;
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
}

interface Configuration {
  readonly Version?: string;
  readonly Runtime?: string;
  readonly MemorySize?: number;
  readonly Timeout?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly LoggingConfig?: { readonly LogGroup?: string };
}

interface Alias {
  readonly Name?: string;
  readonly FunctionVersion?: string;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Record<string, number> };
}

interface VersionPage {
  readonly Versions: readonly Configuration[];
  readonly NextMarker?: string;
}

interface AliasPage {
  readonly Aliases: readonly Alias[];
  readonly NextMarker?: string;
}

interface LogPage {
  readonly events?: readonly { readonly message?: string }[];
  readonly nextToken?: string;
}

const MARKERS = ["NextMarker", "Marker"] as const;

/** Maximum number of lines of the log on the page. */
const LINES = 200;

export function FunctionPage({ resource }: { resource: DeployedResource }) {
  const FunctionName = resource.id ?? "";
  const found = useLoaded(FunctionName, () =>
    Promise.all([
      callPages<VersionPage>("lambda", "ListVersionsByFunction", { FunctionName }, MARKERS),
      callPages<AliasPage>("lambda", "ListAliases", { FunctionName }, MARKERS),
    ]).then(([versions, aliases]) => ({
      versions: versions.flatMap(({ Versions }) => Versions),
      aliases: aliases.flatMap(({ Aliases }) => Aliases),
    })),
  );
  return (
    <>
      <Try functionName={FunctionName} example={resource.event} />
      <Show of={found}>
        {({ versions, aliases }) => (
          <>
            <h3>Versions</h3>
            <Table
              head={["Version", "Runtime", "Memory", "Timeout"]}
              rows={versions.map((one) => [
                one.Version,
                one.Runtime,
                `${one.MemorySize} MB`,
                `${one.Timeout} s`,
              ])}
            />
            <h3>Aliases</h3>
            <Table
              head={["Alias", "Version", "Weights"]}
              rows={aliases.map(({ Name, FunctionVersion, RoutingConfig }) => [
                Name,
                FunctionVersion,
                weightsOf(RoutingConfig?.AdditionalVersionWeights),
              ])}
            />
            <Variables of={versions[0]} />
            <Logs group={versions[0]?.LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`} />
          </>
        )}
      </Show>
    </>
  );
}

function Try({ functionName, example }: { functionName: string; example: unknown }) {
  const event = useSignal(pretty(example ?? { hello: "world" }));
  const answer = useSignal("");
  const invoke = async (): Promise<string> => {
    const input = { FunctionName: functionName, Payload: event.value };
    const { Payload = "", FunctionError } = await call<Invoked>("lambda", "Invoke", input);
    answer.value = pretty(Payload);
    return FunctionError ?? "It answered; its trace is on the page Live.";
  };
  return (
    <>
      <h3>Try it</h3>
      <Text label="Event" value={event.value} onText={(text) => (event.value = text)} />
      <Act act={invoke}>Invoke</Act>
      {answer.value !== "" && <pre tabIndex={0}>{answer}</pre>}
    </>
  );
}

function weightsOf(weights: Readonly<Record<string, number>> = {}): string {
  return Object.entries(weights)
    .map(([version, weight]) => `version ${version}: ${weight * 100} %`)
    .join(", ");
}

/** Shows the variables. Their values may be secret, so they are hidden until requested. */
function Variables({ of }: { of: Configuration | undefined }) {
  const variables = Object.entries(of?.Environment?.Variables ?? {});
  return (
    <>
      <h3>Environment</h3>
      {variables.length === 0 && <p class="dim">None</p>}
      {variables.map(([name, value]) => (
        <details key={name}>
          <summary>{name}</summary>
          <code>{value}</code>
        </details>
      ))}
    </>
  );
}

function Logs({ group }: { group: string }) {
  const input = { logGroupName: group };
  const lines = useLoaded(group, async () => {
    // The oldest lines come first.
    const tokens = ["nextToken", "nextToken"] as const;
    const pages = await callPages<LogPage>("cloudwatch-logs", "FilterLogEvents", input, tokens);
    return pages.flatMap(({ events = [] }) => events.map(({ message = "" }) => message));
  });
  return (
    <>
      <h3>Log</h3>
      <Refresh of={lines} />
      <Show of={lines}>
        {(all) => (
          <>
            {all.length > LINES && (
              <p class="dim">
                The newest {LINES} of {all.length} lines
              </p>
            )}
            <pre tabIndex={0}>
              {all
                .slice(-LINES)
                .map((line) => logLine(line.trimEnd()))
                .join("\n") || "No lines"}
            </pre>
          </>
        )}
      </Show>
    </>
  );
}
