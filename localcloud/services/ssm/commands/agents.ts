import { BadControlRequest, type Control } from "../../../core/load";
import type { SsmStore } from "../store";

/** How the agent of an instance takes commands, for tests of those who send them. */
export const AGENT_BEHAVIOURS = [
  "normal",
  /** Systems Manager does not know it, as where it was never installed. */
  "unregistered",
  /** Known, and nothing can be delivered to it. */
  "undeliverable",
  /** Takes no command. */
  "silent",
  /** Runs what it takes, and never tells what came of it. */
  "mute",
] as const;

export type AgentBehaviour = (typeof AGENT_BEHAVIOURS)[number];

/** `POST /_localcloud/agent`: how an instance's agent takes commands from now on. */
export const agentControl: Control<SsmStore> = {
  fields: ["instanceId", "behaviour"],
  set({ instanceId, behaviour }, store) {
    const known = AGENT_BEHAVIOURS.find((one) => one === behaviour);
    if (!known)
      throw new BadControlRequest(`'behaviour' must be one of ${AGENT_BEHAVIOURS.join(", ")}.`);
    if (typeof instanceId !== "string")
      throw new BadControlRequest("'instanceId' must name an instance.");
    store.agents.set(instanceId, known);
    return {};
  },
};
