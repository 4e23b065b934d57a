import { useSignal, type Signal } from "@preact/signals";
import type { CommandAnswer, ComponentCommand, DeployedResource } from "../../../cloud/program";
import { post } from "../../api";
import { Confirm, Table } from "../load";

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

function Question({
  asked,
  run,
}: {
  asked: Signal<ComponentCommand | undefined>;
  run: (command: ComponentCommand) => Promise<void>;
}) {
  const command = asked.value;
  const forget = (): void => void (asked.value = undefined);
  return command && <Confirm title={command.title} yes={() => void run(command)} no={forget} />;
}

/** Shows the commands and their output, one below another. */
function Commands({ urn, commands }: { urn: string; commands: readonly ComponentCommand[] }) {
  const running = useSignal("");
  const asked = useSignal<ComponentCommand | undefined>(undefined);
  const answer = useSignal<(CommandAnswer & { readonly line: string }) | undefined>(undefined);
  const run = async ({ title, args }: ComponentCommand): Promise<void> => {
    // A click may arrive before the buttons are disabled.
    if (running.value !== "") return;
    asked.value = undefined;
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
          const ask = (): void => void (asked.value = command);
          const act = (): void => (command.changes ? ask() : void run(command));
          return (
            <button type="button" key={command.title} disabled={running.value !== ""} onClick={act}>
              {command.title}
            </button>
          );
        })}
        <output>{running.value !== "" && `${running.value} ...`}</output>
        <Question asked={asked} run={run} />
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
