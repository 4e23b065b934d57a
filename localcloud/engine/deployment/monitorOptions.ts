import type { AnswerOrder } from "./answerOrder";
import type { Deployment } from "./deployment";
import type { DeploymentEvents } from "./events";
import type { Providers } from "./providers";
import type { StackState } from "../state/state";

/** The stack that a run of the program deploys, and what takes part in it. */
export interface MonitorOptions {
  readonly project: string;
  readonly stack: string;
  readonly state: StackState;
  readonly deployment: Deployment;
  readonly providers: Providers;
  readonly events: DeploymentEvents;
  readonly order: AnswerOrder;
}
