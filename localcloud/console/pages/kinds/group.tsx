import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call, post } from "../../api";
import { instant } from "../../format";
import { Act, Refresh, Show, Table, useLoaded } from "../load";

interface Group {
  readonly MinSize: number;
  readonly MaxSize: number;
  readonly DesiredCapacity: number;
  readonly Instances?: readonly {
    readonly InstanceId: string;
    readonly AvailabilityZone: string;
    readonly LifecycleState: string;
    readonly HealthStatus: string;
    readonly ProtectedFromScaleIn: boolean;
  }[];
}

interface Activity {
  readonly StartTime?: string;
  readonly StatusCode?: string;
  readonly Description?: string;
}

/** Shows the instances of an Auto Scaling group, its activities, and the load. */
export function GroupPage({ resource }: { resource: DeployedResource }) {
  const AutoScalingGroupName = resource.id ?? "";
  const found = useLoaded(AutoScalingGroupName, () => look(AutoScalingGroupName));
  const capacity = useSignal("");
  const cpu = useSignal("");
  const setCapacity = async (): Promise<string> => {
    if (capacity.value === "") return "Enter the number of instances.";
    const DesiredCapacity = Number(capacity.value);
    const input = { AutoScalingGroupName, DesiredCapacity };
    await call("auto-scaling", "SetDesiredCapacity", input);
    found.reload();
    return `The desired capacity is ${DesiredCapacity}.`;
  };
  const setLoad = async (): Promise<string> => {
    const cpuPercent = cpu.value === "" ? null : Number(cpu.value);
    await post("load", { autoScalingGroup: AutoScalingGroupName, cpuPercent });
    return cpuPercent === null
      ? "The group reports no load."
      : `Each instance reports ${cpuPercent} %.`;
  };
  return (
    <Show of={found}>
      {({ group, activities }) => (
        <>
          <p>
            {group.Instances?.length ?? 0} of {group.DesiredCapacity} instances, at least{" "}
            {group.MinSize}, at most {group.MaxSize}.
          </p>
          <Refresh of={found} />
          <Table
            head={["Instance", "Zone", "State", "Health", "Protected"]}
            rows={(group.Instances ?? []).map((one) => [
              one.InstanceId,
              one.AvailabilityZone,
              one.LifecycleState,
              one.HealthStatus,
              one.ProtectedFromScaleIn ? "yes" : "no",
            ])}
          />
          <h3>Capacity and load</h3>
          <p class="acts">
            <NumberField label="Desired instances" value={capacity} />
            <Act act={setCapacity}>Set the capacity</Act>
          </p>
          <p class="acts">
            <NumberField label="CPU in percent (empty: none)" value={cpu} />
            <Act act={setLoad}>Set the load</Act>
          </p>
          <h3>Activities</h3>
          <Table
            head={["At (UTC)", "Status", "What"]}
            rows={activities.map((one) => [
              instant(one.StartTime),
              one.StatusCode,
              one.Description,
            ])}
          />
        </>
      )}
    </Show>
  );
}

function NumberField({ label, value }: { label: string; value: { value: string } }) {
  return (
    <label>
      {label}{" "}
      <input
        type="number"
        min="0"
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
    </label>
  );
}

async function look(AutoScalingGroupName: string) {
  const [{ AutoScalingGroups }, { Activities = [] }] = await Promise.all([
    call<{ AutoScalingGroups: Group[] }>("auto-scaling", "DescribeAutoScalingGroups", {
      AutoScalingGroupNames: [AutoScalingGroupName],
    }),
    call<{ Activities?: Activity[] }>("auto-scaling", "DescribeScalingActivities", {
      AutoScalingGroupName,
      MaxRecords: 20,
    }),
  ]);
  const [group] = AutoScalingGroups;
  if (!group) throw new Error("This group does not exist (any more).");
  return { group, activities: Activities };
}
