import { status } from "@grpc/grpc-js";
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { expect } from "chai";
import { AnswerOrder, LastUpdate } from "../../engine/deployment/answerOrder";
import type { Deployment } from "../../engine/deployment/deployment";
import { DeploymentError } from "../../engine/deployment/events";
import { ResourceMonitor } from "../../engine/protocol/monitor";
import type { Providers } from "../../engine/deployment/providers";
import { createDeploymentEvents } from "../../engine/run";
import { type ResourceState, StackState } from "../../engine/state/state";

describe("The order in which a program's resources are worked on", () => {
  it("starts with the resources that the last update changed", async () => {
    const order = new AnswerOrder(new Set(["role", "function"]));
    const begun: string[] = [];
    const ask = async (urn: string): Promise<void> => {
      await order.turnOf(urn);
      begun.push(urn);
    };
    const rest = [ask("queue"), ask("table")];
    await ask("role");
    order.answered("role");
    await ask("function");
    await new Promise(setImmediate);
    expect(begun).to.deep.equal(["role", "function"]);
    order.answered("function");
    await Promise.all(rest);
    expect(begun).to.deep.equal(["role", "function", "queue", "table"]);
    await ask("late");
  });

  it("does not block a program that requests the first only after the answer for another", async () => {
    const order = new AnswerOrder(new Set(["function"]));
    await order.turnOf("a bucket whose name the function's arguments are made of");
    order.answered("a bucket whose name the function's arguments are made of");
    await order.turnOf("function");
  });

  it("is arbitrary if nothing was changed before", async () => {
    await new AnswerOrder(new Set()).turnOf("function");
  });
});

describe("A resource that waits for its turn", () => {
  it("is not begun when the run has failed meanwhile", async () => {
    const order = new AnswerOrder(new Set(["function"]));
    const begun: string[] = [];
    const deployment = {
      claim: () => undefined,
      apply: ({ urn }: { urn: string }) => Promise.resolve(begun.push(urn)),
    };
    const monitor = new ResourceMonitor({
      ...{ project: "project", stack: "dev", order, events: createDeploymentEvents() },
      state: new StackState(),
      // All that it has to do with them here.
      deployment: deployment as unknown as Deployment,
      providers: {} as Providers,
    });
    const request = new RegisterResourceRequest();
    request.setType("aws:sqs/queue:Queue");
    request.setName("queue");
    request.setCustom(true);
    const answer = new Promise<unknown>((resolve) => {
      const { registerResource: register } = monitor.service();
      if (!register) return;
      // It looks at nothing else of a call.
      register({ request } as Parameters<typeof register>[0], (error) => resolve(error?.code));
    });
    monitor.fail(new DeploymentError("", "The run was interrupted."));
    expect(await answer).to.equal(status.UNAVAILABLE);
    expect(begun).to.deep.equal([]);
  });
});

describe("What the last update of a stack changed", () => {
  const state = new StackState();
  const events = createDeploymentEvents();
  const step = (operation: "same" | "update", urn: string): void => {
    events.emit("step", { operation, urn, type: "", parent: "", changes: [], done: true });
  };
  before(() => {
    state.set(resource("stack", ""));
    state.set(resource("component", "stack"));
    state.set(resource("role", "component"));
    state.set(resource("function", "component", ["role"]));
    state.set(resource("queue", "stack"));
  });

  it("includes all of its dependencies", () => {
    const last = new LastUpdate();
    const end = last.follow(events);
    step("same", "queue");
    step("update", "function");
    end();
    expect([...last.withDependencies(state)]).to.have.members([
      ...["function", "role", "component", "stack"],
    ]);
  });

  it("is that of the previous update if the last one changed nothing", () => {
    const last = new LastUpdate();
    let end = last.follow(events);
    step("update", "role");
    end();
    end = last.follow(events);
    step("same", "role");
    end();
    expect([...last.withDependencies(state)]).to.have.members(["role", "component", "stack"]);
  });
});

function resource(urn: string, parent: string, dependencies: string[] = []): ResourceState {
  return {
    ...{ urn, parent, dependencies, type: "", custom: true, propertyDependencies: {} },
    ...{ provider: "", inputs: {}, outputs: {}, secrets: [], protect: false },
    ...{ retainOnDelete: false, deletedWith: "", external: false },
  };
}
