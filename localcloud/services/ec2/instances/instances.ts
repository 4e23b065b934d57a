import type * as Sdk from "@aws-sdk/client-ec2";
import type { Reservation } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import type { AccessCheck, CallContext } from "../../../core/service";
import type { OperationOf } from "../../../entities/api";
import { pageOf } from "../../../entities/paging";
import { api, ec2Error } from "../api";
import { selectResources, notFound } from "../queries/described";
import { checkFilters, matches } from "../queries/filters";
import { shownInstance } from "./shownInstance";
import { terminate } from "./instanceStates";
import { passRole, runInstances } from "./runInstances";
import type { Ec2Store, StoredInstance } from "../store";

type Context = CallContext<Ec2Store>;
type Operation<Name> = OperationOf<typeof Sdk, Ec2Store, Name>;

export const instances = api.entity<StoredInstance>({
  all: (store) => store.instances,
  arn: (id, place) => formatArn("ec2", place, `instance/${id || "*"}`),
  notFound: (id) => notFound("instance", id),
  tags: (instance) => instance.tags,
  operations: {},
});

/** Returns the checks on instances. On AWS, services that act for the account (Auto Scaling) use their own role. */
export function onInstances(
  action: string,
  ids: readonly string[],
  context: Context,
): AccessCheck[] {
  if (context.principal.type === "service") return [];
  return ids.map((id) => instances.access(action, id, context));
}

const describeInstances: Operation<"DescribeInstances"> = {
  access: ({}, { principal }) =>
    principal.type === "service" ? [] : [{ action: "ec2:DescribeInstances", resource: "*" }],
  run(input, { store }) {
    if (input.MaxResults !== undefined && input.InstanceIds?.length)
      throw ec2Error(
        "InvalidParameterCombination",
        "The parameter instancesSet cannot be used with the parameter maxResults",
      );
    checkFilters("DescribeInstances", input.Filters);
    const all = selectResources(
      store.instances,
      "instance",
      input.InstanceIds,
      "DescribeInstances",
      [],
    );
    const { accountId: OwnerId } = store.scope;
    const found = all.filter(({ reservationId: ReservationId, shape, tags }) =>
      matches(
        { shape: { ...shape, OwnerId, ReservationId }, tags },
        "DescribeInstances",
        input.Filters,
      ),
    );
    const { items, next } = pageOf(api.model("DescribeInstances"), input, {
      items: found,
      key: ({ id }) => id,
      max: 1000,
      invalidToken: api.errors.invalidToken,
    });
    const byReservation = new Map<string, Reservation>();
    for (const one of items) {
      const { reservationId: ReservationId } = one;
      const known = byReservation.get(ReservationId);
      byReservation.set(ReservationId, {
        ReservationId,
        OwnerId: store.scope.accountId,
        Groups: [],
        Instances: [...(known?.Instances ?? []), shownInstance(one)],
      });
    }
    return { Reservations: [...byReservation.values()], ...next };
  },
};

/**
 * Auto Scaling and EC2 itself terminate such an instance all the same. Text from
 * https://github.com/rebuy-de/aws-nuke/issues/279
 */
function refuseProtected({ id, isProtected }: StoredInstance): void {
  if (!isProtected) return;
  throw ec2Error(
    "OperationNotPermitted",
    `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
}

const terminateInstances: Operation<"TerminateInstances"> = {
  access: ({ InstanceIds }, context) => onInstances("TerminateInstances", InstanceIds, context),
  run({ InstanceIds }, context) {
    const reason = `User initiated (${context.clock.date().toISOString()})`;
    // No instance is terminated unless all exist.
    const found = InstanceIds.map((id) => instances.at(id, context));
    if (context.principal.type !== "service") found.forEach(refuseProtected);
    return {
      TerminatingInstances: found.map((one) => terminate(one, context.store, reason)),
    };
  },
};

export const instanceOperations = {
  DescribeInstances: describeInstances,
  RunInstances: {
    access: (input, context) => [
      ...onInstances("RunInstances", ["*"], context),
      ...passRole(input, context),
    ],
    run: runInstances,
  } satisfies Operation<"RunInstances">,
  TerminateInstances: terminateInstances,
};
