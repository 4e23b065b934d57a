import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { handleEvent, type HookEngine } from "../lifecycleHooks/hookHandler";
import { type HookDeps, type HookWork, lambdaDeps } from "../lifecycleHooks/hookWork";
import { reasonOf } from "../../retry";
import { type EniHookSettings, interfacesFrom } from "./configuration";
import { uncovered } from "./coverage";
import type { Ec2Calls } from "./interfaces";
import { attachAll } from "./launch";
import { specsOf } from "./metadata";
import { generationOf, type InterfaceSpec } from "./model";
import { releaseInterfaces } from "./release";
import { releaseAll, sweep } from "./sweep";

export const deploymentOnlyModule = true;

/** Event from a caller other than the notifications. */
export interface OwnEvent {
  readonly wake?: "sweep" | "coverage";
  /** Name of the group whose coverage is requested. */
  readonly groupName?: string;
  /** Set by the program's Invocation resource, which also calls when it is deleted. */
  readonly tf?: { readonly action?: "create" | "update" | "delete" };
}

type Handler = (event: unknown) => Promise<object>;

export interface EniClients {
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
}

/** Made for `callbackFactory`: attaches further network interfaces to the instances of Auto Scaling groups. */
export const eniHandlerFactory = (settings: EniHookSettings) => (): Handler =>
  eniHandler(settings, interfacesFrom(process.env), lambdaDeps);

export function eniHandler(
  settings: EniHookSettings,
  interfaces: readonly InterfaceSpec[],
  deps: HookDeps,
  clients: EniClients = {
    autoScaling: new AutoScalingClient(deps.aws),
    ec2: new EC2Client(deps.aws),
  },
): Handler {
  const { hookId } = settings;
  const callsUntil = (until: number): Ec2Calls => ({ ec2: clients.ec2, retry: { deps, until } });
  const engine: HookEngine = {
    settings,
    client: clients.autoScaling,
    deps,
    actions: {
      launching: async (work: HookWork) => {
        const specs = specsOf(work.message.metadata, interfaces);
        if (typeof specs === "string") return { result: "ABANDON", reason: specs };
        const calls = callsUntil(work.until);
        const generation = generationOf(interfaces);
        return attachAll({ calls, hookId, specs, generation, now: deps.now }, work);
      },
      terminating: async ({ message, until }) => {
        const { instanceId, destination } = message;
        // An instance of the warm pool returns, and keeps its interfaces.
        // https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pools-eventbridge-events.html
        if (destination !== "WarmPool") await releaseLater(callsUntil(until), hookId, instanceId);
        return { result: "CONTINUE" };
      },
      undo: ({ instanceId }, until) => releaseInterfaces(callsUntil(until), hookId, instanceId),
    },
  };
  return async (event) => {
    const { wake, tf, groupName } = Object(event) as OwnEvent;
    const calls = callsUntil(deps.now() + settings.timeout * 500);
    if (tf?.action === "delete") return releaseAll(calls, hookId);
    if (wake === "sweep" || tf) return sweep(engine, calls, hookId);
    if (wake === "coverage" && groupName !== undefined) {
      const found = await uncovered(clients.autoScaling, calls, {
        hookId,
        groupName,
        specs: interfaces,
      });
      return { ...found, at: deps.now() };
    }
    return handleEvent(engine, event);
  };
}

/** A failure must not delay the termination: the sweep releases the rest. */
async function releaseLater(calls: Ec2Calls, hookId: string, instanceId: string): Promise<void> {
  try {
    await releaseInterfaces(calls, hookId, instanceId);
  } catch (error) {
    console.error("left for the sweep", { instanceId, reason: reasonOf(error) });
  }
}
