import { expect } from "chai";
import {
  dispatchFactory,
  type RouteCode,
  type StagedContext,
} from "../../../../callbacks/api/stagedApi/dispatch";
import { asDeployed } from "../../../support/closures/asDeployed";

const context = { awsRequestId: "request" } as StagedContext;

const routed = (callbackRoute: string, callbackEvent: unknown): object => ({
  callbackRoute,
  callbackStage: "prod",
  callbackEvent,
});

const routes: Record<string, RouteCode> = {
  "GET /a": {
    callback: async (event: unknown, { stage, route }) => ({ event, stage, route }),
  },
  "POST /b": {
    callbackFactory: () => {
      let calls = 0;
      return async () => (calls += 1);
    },
  },
};

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "it did not fail",
    (error: Error) => error.message,
  );
}

describe("dispatchFactory", () => {
  const handler = dispatchFactory(routes)();

  it("calls the route's callback with its event, stage and route", async () => {
    expect(await handler(routed("GET /a", { name: "Ada" }), { ...context })).to.deep.equal({
      event: { name: "Ada" },
      stage: "prod",
      route: "GET /a",
    });
  });

  it("creates the state of a factory once", async () => {
    expect(await handler(routed("POST /b", {}), { ...context })).to.equal(1);
    expect(await handler(routed("POST /b", {}), { ...context })).to.equal(2);
  });

  it("answers 404 for a route that this version does not have", async () => {
    const answer = handler(routed("GET /new", {}), { ...context });
    expect(await messageOf(answer)).to.equal("[404] Not found");
  });

  it("accepts a plain event while there is only one route", async () => {
    const only = dispatchFactory({ "GET /a": routes["GET /a"] })();
    expect(await only({ name: "Ada" }, { ...context })).to.deep.include({ event: { name: "Ada" } });
    expect(await messageOf(handler({ name: "Ada" }, { ...context }))).to.contain("GET /a, POST /b");
  });

  it("gives every failure a message, since API Gateway would answer 200 without one", async () => {
    for (const thrown of [new Error(""), "", undefined, 0]) {
      const failing = dispatchFactory({ "GET /a": { callback: () => Promise.reject(thrown) } })();
      expect(await messageOf(failing({}, { ...context }))).to.match(/\S/);
    }
  });

  it("works as deployed", async () => {
    const deployed = await asDeployed(dispatchFactory(routes), { isFactory: true });
    try {
      const { payload } = await deployed.invoke(routed("GET /a", { name: "Ada" }));
      expect(payload).to.deep.include({ event: { name: "Ada" }, stage: "prod", route: "GET /a" });
    } finally {
      await deployed.close();
    }
  });
});
