import { expect } from "chai";
import { EventEmitter } from "node:events";
import { Deployments } from "../../cli/up/deployments";
import { LiveOutput } from "../../cli/output/liveOutput";
import { styleFor } from "../../cli/output/style";
import {
  DeploymentError,
  type DeploymentEvents,
  type StepEvent,
} from "../../engine/deployment/events";
import type { RunResult } from "../../engine/run";
import type { Session } from "../../engine/session";

const FUNCTION = "aws:lambda/function:Function";
const urnOf = (type: string, name: string): string => `urn:pulumi:dev::p::${type}::${name}`;

describe("The line that follows a saved change", () => {
  let printed = "";
  let version = "1";
  let run: () => Promise<RunResult>;
  let deployments: Deployments;
  const events = new EventEmitter() as DeploymentEvents;

  beforeEach(() => {
    [printed, version] = ["", "1"];
    const stream = { isTTY: false, write: (text: string) => (printed += text) };
    const out = stream as unknown as NodeJS.WriteStream;
    const function_ = { urn: urnOf(FUNCTION, "greeting"), type: FUNCTION, outputs: { name: "g" } };
    const alias = () => ({
      urn: urnOf("aws:lambda/alias:Alias", "stage"),
      type: "aws:lambda/alias:Alias",
      outputs: { name: "STAGE", functionName: "g", functionVersion: version },
    });
    // What Deployments uses of a session.
    const session = {
      events,
      get resources() {
        return [function_, alias()];
      },
      parentOf: () => undefined,
      deploy: () => run(),
    } as unknown as Session;
    const { signal } = new AbortController();
    const options = { quiet: true, signal };
    deployments = new Deployments(session, new LiveOutput(out), styleFor(out), options);
  });

  function update(name: string): void {
    const step: StepEvent = {
      operation: "update",
      urn: urnOf(FUNCTION, name),
      type: FUNCTION,
      parent: "",
      changes: [],
      done: true,
    };
    events.emit("step", step);
  }
  const succeed = (): Promise<RunResult> => Promise.resolve({} as RunResult);

  it("names what is still served after a failed gate, and what is served once the gate passes", async () => {
    run = () => {
      update("greeting");
      return Promise.reject(new DeploymentError("", "the gate failed"));
    };
    await deployments.again(["greeting.ts"]);
    expect(printed).to.match(
      /^failed: greeting\.ts; .*; still served by greeting version 1 at STAGE$/m,
    );
    printed = "";
    run = () => {
      version = "2";
      return succeed();
    };
    await deployments.again(["gate.ts"]);
    expect(printed).to.match(/^ready: gate\.ts; now served by greeting version 2 at STAGE; /m);
    printed = "";
    run = succeed;
    await deployments.again(["readme.ts"]);
    expect(printed).to.match(/^ready: readme\.ts; nothing changed in /m);
  });
});
