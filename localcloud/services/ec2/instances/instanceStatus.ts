import type { InstanceStatus, InstanceStatusSummary } from "@aws-sdk/client-ec2";
import type * as Sdk from "@aws-sdk/client-ec2";
import type { OperationOf } from "../../../entities/api";
import { pageOf } from "../../../entities/paging";
import { api, ec2Error } from "../api";
import { selectResources } from "../queries/described";
import { checkFilters, matches } from "../queries/filters";
import type { Ec2Store, StoredInstance } from "../store";

const OPERATION = "DescribeInstanceStatus";

/**
 * Returns the status checks of running instances, which pass as soon as an instance runs; of other instances only if
 * the request includes all.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
 */
export const describeInstanceStatus: OperationOf<typeof Sdk, Ec2Store, typeof OPERATION> = {
  run(input, { store }) {
    const { InstanceIds: ids, IncludeAllInstances: withAll, Filters } = input;
    if (input.MaxResults !== undefined && ids?.length)
      throw ec2Error(
        "InvalidParameterCombination",
        "The parameter instancesSet cannot be used with the parameter maxResults",
      );
    checkFilters(OPERATION, Filters);
    const found = selectResources(store.instances, "instance", ids, "DescribeInstances", []);
    const { items, next } = pageOf(api.model(OPERATION), input, {
      items: found
        .filter(({ shape }) => withAll || shape.State?.Name === "running")
        .map(statusOf)
        .filter((shape) => matches({ shape, tags: new Map() }, OPERATION, Filters)),
      key: ({ InstanceId = "" }) => InstanceId,
      max: 1000,
      invalidToken: api.errors.invalidToken,
    });
    return { InstanceStatuses: [...items], ...next };
  },
};

function statusOf({ id, shape }: StoredInstance): InstanceStatus {
  const checks: InstanceStatusSummary =
    shape.State?.Name === "running"
      ? { Status: "ok", Details: [{ Name: "reachability", Status: "passed" }] }
      : { Status: "not-applicable" };
  return {
    AvailabilityZone: shape.Placement?.AvailabilityZone,
    InstanceId: id,
    InstanceState: shape.State,
    InstanceStatus: checks,
    SystemStatus: checks,
  };
}
