import type { Cloud } from "./cloud";
import { ACTIONS, VIEWS } from "./console/control";
import { faultRuleProblem } from "./faultRule";
import { FAULT_KINDS, type FaultKind, type FaultRule } from "./faults";
import { BadControlRequest } from "../core/load";
import type { CallFilter, RecordedCall } from "../core/recorder";
import type { WireRequest, WireResponse } from "../core/service";

/** Path prefix of the cloud's own endpoints; AWS never uses it. */
export const CONTROL_PREFIX = "/_localcloud";

type Handler = (request: WireRequest, cloud: Cloud) => unknown;

/** Requests to the cloud itself, for tests and people. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  "GET /_localcloud/health": (_request, cloud) => ({
    status: "running",
    accountId: cloud.accountId,
    region: cloud.defaultRegion,
    services: cloud.registry.all().map((service) => service.definition.name),
  }),
  "GET /_localcloud/program": (_request, { program }) =>
    program && { project: program.project, stack: program.stack, resources: program.resources() },
  "POST /_localcloud/reset": async (request, cloud) => {
    json(request);
    await (cloud.program?.reset() ?? cloud.reset());
  },
  "GET /_localcloud/clock": (_request, cloud) => ({ now: cloud.clock.date().toISOString() }),
  "POST /_localcloud/clock": advanceClock,
  "GET /_localcloud/calls": (request, cloud) => cloud.recorder.find(callFilter(request.query)),
  "DELETE /_localcloud/calls": (_request, cloud) => cloud.recorder.clear(),
  "GET /_localcloud/usage": (request, cloud) =>
    cloud.recorder.usage(request.query.get("roleName") ?? undefined),
  "DELETE /_localcloud/traces": (_request, cloud) => cloud.tracer?.clear(),
  "GET /_localcloud/faults": (_request, cloud) => cloud.faults.list(),
  "POST /_localcloud/faults": (request, cloud) => ({
    id: cloud.faults.add(faultRule(json(request), cloud)),
  }),
  "DELETE /_localcloud/faults": (request, cloud) => {
    const id = request.query.get("id");
    if (id === null) cloud.faults.clear();
    else if (!cloud.faults.remove(Number(id)))
      throw new BadControlRequest(`There is no fault ${id}.`);
  },
};

export async function control(request: WireRequest, cloud: Cloud): Promise<WireResponse> {
  const handler =
    HANDLERS[`${request.method} ${request.path}`] ??
    consoleControl(request) ??
    serviceControl(request, cloud);
  if (!handler) {
    const controls = cloud.controls.map((name) => `POST ${CONTROL_PREFIX}/${name}`);
    const there = [...Object.keys(HANDLERS), ...OF_CONSOLE, ...controls].join(", ");
    return answer(404, { message: `No such endpoint. There are: ${there}` });
  }
  try {
    return answer(200, (await handler(request, cloud)) ?? {});
  } catch (error) {
    if (error instanceof BadControlRequest) return answer(400, { message: error.message });
    throw error;
  }
}

/** Endpoints of the console; people may use them too. */
const OF_CONSOLE = [
  "GET /_localcloud/traces",
  ...Object.keys(VIEWS).map((name) => `GET ${CONTROL_PREFIX}/${name}`),
  ...Object.keys(ACTIONS).map((name) => `POST ${CONTROL_PREFIX}/${name}`),
];

function consoleControl({ method, path }: WireRequest): Handler | undefined {
  const name = path.slice(CONTROL_PREFIX.length + 1);
  if (method === "GET" && Object.hasOwn(VIEWS, name))
    return (_request, cloud) => VIEWS[name](cloud);
  if (method !== "POST" || !Object.hasOwn(ACTIONS, name)) return undefined;
  return (request, cloud) => ACTIONS[name](json(request), cloud);
}

/** Returns the handler of a service's control endpoint, e.g. the load of ECS. */
function serviceControl({ method, path }: WireRequest, { controls }: Cloud): Handler | undefined {
  const name = path.slice(CONTROL_PREFIX.length + 1);
  if (method !== "POST" || !controls.includes(name)) return undefined;
  return (request, cloud) => cloud.set(name, json(request));
}

async function advanceClock(request: WireRequest, cloud: Cloud): Promise<unknown> {
  const { advanceMs } = json(request);
  if (typeof advanceMs !== "number" || !(advanceMs >= 0) || !Number.isFinite(advanceMs))
    throw new BadControlRequest('Send {"advanceMs": <milliseconds, 0 or more>}.');
  await cloud.clock.advance(advanceMs).catch((error: unknown) => {
    throw error instanceof RangeError ? new BadControlRequest(error.message) : error;
  });
  return { now: cloud.clock.date().toISOString() };
}

/**
 * Parses a body, which must be declared as JSON. So a form that a web page can send without a CORS preflight is
 * refused.
 */
function json(request: WireRequest): Record<string, unknown> {
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? ""))
    throw new BadControlRequest("Send the body as content-type: application/json.");
  try {
    const value: unknown = JSON.parse(request.body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // continues to the one error for everything that is not a JSON object
  }
  throw new BadControlRequest("The body must be a JSON object.");
}

function faultRule(value: Record<string, unknown>, cloud: Cloud): FaultRule {
  const { kind, times, skip, service, operation, roleName, code, ...others } = value;
  // Refused, because a misspelt field would make the rule match more calls than intended.
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new BadControlRequest(`A fault has no field '${unknown}'.`);
  if (!FAULT_KINDS.some((known) => known === kind))
    throw new BadControlRequest(`'kind' must be one of ${FAULT_KINDS.join(", ")}.`);
  if (times !== undefined && times !== "forever" && !isCount(times))
    throw new BadControlRequest(`'times' must be a count or "forever".`);
  if (skip !== undefined && !isCount(skip)) throw new BadControlRequest("'skip' must be a count.");
  const rule: FaultRule = {
    kind: kind as FaultKind,
    times,
    skip,
    service: optionalText("service", service),
    operation: optionalText("operation", operation),
    roleName: optionalText("roleName", roleName),
    code: optionalText("code", code),
  };
  const problem = faultRuleProblem(rule, cloud.registry);
  if (problem !== undefined) throw new BadControlRequest(problem);
  return rule;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function optionalText(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new BadControlRequest(`'${name}' must be a string.`);
}

const OUTCOMES: readonly RecordedCall["outcome"][] = ["ok", "denied", "error", "fault"];

function callFilter(query: URLSearchParams): CallFilter {
  const [after, outcome] = [query.get("after"), query.get("outcome")];
  if (after !== null && !/^\d+$/.test(after))
    throw new BadControlRequest("'after' must be a sequence number.");
  if (outcome !== null && !isOutcome(outcome))
    throw new BadControlRequest(`'outcome' must be one of ${OUTCOMES.join(", ")}.`);
  return {
    service: query.get("service") ?? undefined,
    operation: query.get("operation") ?? undefined,
    roleName: query.get("roleName") ?? undefined,
    outcome: outcome ?? undefined,
    after: after === null ? undefined : Number(after),
  };
}

function isOutcome(text: string): text is RecordedCall["outcome"] {
  return OUTCOMES.some((outcome) => outcome === text);
}

function answer(status: number, value: unknown): WireResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: `${JSON.stringify(value)}\n`,
  };
}
