import { BadControlRequest, type Control } from "../../../core/load";
import type { SsmStore } from "../store";

/** Simulated behaviours of an instance's agent, for tests of programs that send commands. */
export const AGENT_BEHAVIOURS = [
  "normal",
  /** Systems Manager does not know the agent, as if it had never been installed. */
  "unregistered",
  /** Known, but nothing can be delivered to it. */
  "undeliverable",
  /** Accepts no command. */
  "silent",
  /** Runs commands but never reports their results. */
  "mute",
] as const;

export type AgentBehaviour = (typeof AGENT_BEHAVIOURS)[number];

/** `POST /_localcloud/agent` sets how an instance's agent behaves from now on. */
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
