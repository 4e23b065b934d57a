import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { PolicyResource } from "../../../policies/rule";
import { mockPulumi } from "./pulumiMocks";

/**
 * Returns everything that a function registers, as a policy pack sees it: parents, inputs and outputs, and the
 * resources from which each property comes, which mocks alone do not show.
 */
export async function componentGraph(build: () => unknown): Promise<PolicyResource[]> {
  const mocks = mockPulumi();
  const requests: RegisterResourceRequest[] = [];
  const register = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (request: RegisterResourceRequest, answer) {
    requests.push(request);
    return register.call(this, request, answer);
  };
  try {
    build();
    // Waits for every registration, including those that depend on the Outputs of others.
    await pulumi.runtime.disconnect();
  } finally {
    MockMonitor.prototype.registerResource = register;
  }
  return requests.map((request) => {
    const [type, name] = [request.getType(), request.getName()];
    const known = mocks.resources.find((one) => one.type === type && one.name === name);
    const sources: Record<string, readonly string[]> = {};
    request.getPropertydependenciesMap().forEach((from, property) => {
      sources[property] = from.getUrnsList();
    });
    return {
      type,
      name,
      urn: urnOf(request),
      parent: request.getParent(),
      props: known?.inputs ?? {},
      deleteBeforeReplace: request.getDeletebeforereplace(),
      sources,
    };
  });
}

/** Builds the URN like the mock monitor. */
function urnOf(request: RegisterResourceRequest): string {
  const parent = request.getParent();
  const types = parent ? `${parent.split("::")[2].split("$").pop()}$` : "";
  return `urn:pulumi:stack::project::${types}${request.getType()}::${request.getName()}`;
}
