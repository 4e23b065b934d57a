import type { DeployedProgram, DeployedResource } from "../../cloud/program";
import { BadControlRequest } from "../../core/load";
import type { ComponentCommands } from "./componentCommands";
import { exampleEvent, functionsOf } from "./exampleEvent";
import type { Project } from "../project/project";
import type { ResourceState, StackState } from "../state/state";
import { nameOf, STACK_TYPE, typeOf } from "../state/urn";

/**
 * Returns what the cloud may show of its program: names and ids, but no other inputs and outputs, which may be secret.
 */
export function deployedProgram(
  { name: project, stack, directory }: Project,
  state: StackState,
  commands: ComponentCommands,
  reset: () => Promise<void>,
): DeployedProgram {
  const resources = (): DeployedResource[] => {
    const all = state.all();
    const functions = functionsOf(all);
    return all
      .filter(({ type }) => type !== STACK_TYPE && !type.startsWith("pulumi:providers:"))
      .map((resource) => ({
        ...named(resource),
        ...(resource.custom
          ? { facts: factsOf(resource) }
          : { commands: commands.of(resource.type) }),
        ...(functions.includes(resource) && {
          event: exampleEvent(resource, { resources: all, directory }),
        }),
      }));
  };
  const run: DeployedProgram["run"] = (urn, title) => {
    const component = state.all().find((one) => one.urn === urn && !one.custom);
    if (!component) throw new BadControlRequest(`The program has no component ${String(urn)}.`);
    const { type } = component;
    return commands.run({ type, name: nameOf(component.urn), project, stack }, title);
  };
  return { project, stack, resources, run, reset };
}

/** Outputs that identify a resource, in AWS or for other resources of the program. */
const FACTS = ["name", "arn", "url", "bucket", "cluster", "stageName", "restApi"];

function factsOf({ outputs, secrets }: ResourceState): Record<string, string> {
  const facts = FACTS.filter((name) => !secrets.includes(name)).flatMap((name) => {
    const value = outputs[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(facts);
}

function named({ urn, type, parent, id, external }: ResourceState): DeployedResource {
  const isTop = parent === "" || typeOf(parent) === STACK_TYPE;
  return {
    urn,
    type,
    name: nameOf(urn),
    parent: isTop ? "" : parent,
    ...(id === undefined || external ? {} : { id }),
  };
}
