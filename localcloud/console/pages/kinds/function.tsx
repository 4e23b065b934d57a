import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { logLine, pretty } from "../../format";
import { Act, Show, Table, Text, useLoaded } from "../load";

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

export function FunctionPage({ resource }: { resource: DeployedResource }) {
  const FunctionName = resource.id ?? "";
  const found = useLoaded(FunctionName, () =>
    Promise.all([
      call<{ Versions: Configuration[] }>("lambda", "ListVersionsByFunction", { FunctionName }),
      call<{ Aliases: Alias[] }>("lambda", "ListAliases", { FunctionName }),
    ]),
  );
  return (
    <>
      <Try functionName={FunctionName} example={resource.event} />
      <Show of={found}>
        {([{ Versions }, { Aliases }]) => (
          <>
            <h3>Versions</h3>
            <Table
              head={["Version", "Runtime", "Memory", "Timeout"]}
              rows={Versions.map((one) => [
                one.Version,
                one.Runtime,
                `${one.MemorySize} MB`,
                `${one.Timeout} s`,
              ])}
            />
            <h3>Aliases</h3>
            <Table
              head={["Alias", "Version", "Weights"]}
              rows={Aliases.map(({ Name, FunctionVersion, RoutingConfig }) => [
                Name,
                FunctionVersion,
                JSON.stringify(RoutingConfig?.AdditionalVersionWeights ?? {}),
              ])}
            />
            <Variables of={Versions[0]} />
            <Logs group={Versions[0]?.LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`} />
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
  const input = { logGroupName: group, limit: 200 };
  const lines = useLoaded(group, () =>
    call<{ events?: { message?: string }[] }>("cloudwatch-logs", "FilterLogEvents", input),
  );
  return (
    <>
      <h3>Log</h3>
      <Act act={() => Promise.resolve(lines.reload()).then(() => "")}>Look again</Act>
      <Show of={lines}>
        {({ events = [] }) => (
          <pre tabIndex={0}>
            {events.map(({ message = "" }) => logLine(message.trimEnd())).join("\n") || "No lines"}
          </pre>
        )}
      </Show>
    </>
  );
}
