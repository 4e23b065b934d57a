import { useSignal } from "@preact/signals";
import type { CommandAnswer, ComponentCommand, DeployedResource } from "../../../cloud/program";
import { post } from "../../api";
import { Table } from "../load";

/** Shows the children of a component, and the output of its package's commands. */
export function ComponentPage({
  component,
  all,
}: {
  component: DeployedResource;
  all: readonly DeployedResource[];
}) {
  const { urn, name, type, commands = [] } = component;
  const children = all.filter(({ parent }) => parent === urn);
  return (
    <>
      <h2>{name}</h2>
      <p class="dim">{type}</p>
      {commands.length > 0 && <Commands urn={urn} commands={commands} />}
      <h3>Children</h3>
      <Table
        none="It has no children."
        head={["Name", "Type", "Id"]}
        rows={children.map((child) => [
          <a href={`#/resources/${encodeURIComponent(child.urn)}`}>{child.name}</a>,
          child.type,
          child.id ?? "",
        ])}
      />
    </>
  );
}

/** Shows the commands and their output, one below another. */
function Commands({ urn, commands }: { urn: string; commands: readonly ComponentCommand[] }) {
  const running = useSignal("");
  const asked = useSignal("");
  const answer = useSignal<(CommandAnswer & { readonly line: string }) | undefined>(undefined);
  const run = async ({ title, args }: ComponentCommand): Promise<void> => {
    asked.value = "";
    running.value = title;
    const line = args.join(" ");
    try {
      const result = await post<CommandAnswer>("command", { urn, title });
      answer.value = { ...result, line };
    } catch (error) {
      answer.value = { exitCode: 1, text: (error as Error).message, line };
    }
    running.value = "";
  };
  return (
    <>
      <h3>Commands</h3>
      <p class="acts">
        {commands.map((command) => {
          const isAsked = asked.value === command.title;
          const ask = (): void => void (asked.value = command.title);
          const act = (): void => (command.changes && !isAsked ? ask() : void run(command));
          return (
            <button type="button" key={command.title} disabled={running.value !== ""} onClick={act}>
              {isAsked ? `Yes: ${command.title}` : command.title}
            </button>
          );
        })}
        {asked.value !== "" && (
          <button type="button" onClick={() => (asked.value = "")}>
            No
          </button>
        )}
        <output>{running.value !== "" && `${running.value} ...`}</output>
      </p>
      {answer.value && (
        <>
          <p class={answer.value.exitCode === 0 ? "dim" : "denial"}>
            {answer.value.line}: exit code {answer.value.exitCode}
          </p>
          <pre tabIndex={0}>{answer.value.text}</pre>
        </>
      )}
    </>
  );
}
