import type * as Sdk from "@aws-sdk/client-ec2";
import type { RouteTable } from "@aws-sdk/client-ec2";
import type { OperationOf } from "../../../entities/api";
import { selectResources, shown } from "../queries/described";
import type { Ec2Store, Stored } from "../store";

/** Returns the main route table of every VPC; there are no others here. */
export const describeRouteTables: OperationOf<typeof Sdk, Ec2Store, "DescribeRouteTables"> = {
  access: () => [{ action: "ec2:DescribeRouteTables", resource: "*" }],
  run({ RouteTableIds, Filters }, { store }) {
    const tables = [...store.vpcs.values()].map(({ id, shape }): [string, Stored<RouteTable>] => {
      const RouteTableId = mainTable(id);
      const table: RouteTable = {
        RouteTableId,
        VpcId: id,
        OwnerId: shape.OwnerId,
        Associations: [{ Main: true, RouteTableId, AssociationState: { State: "associated" } }],
        Routes: [{ DestinationCidrBlock: shape.CidrBlock, GatewayId: "local", State: "active" }],
      };
      return [RouteTableId, { id: RouteTableId, shape: table, tags: new Map() }];
    });
    return {
      RouteTables: selectResources(
        new Map(tables),
        "routeTable",
        RouteTableIds,
        "DescribeRouteTables",
        Filters,
      ).map(shown),
    };
  },
};

export function mainTable(vpcId: string): string {
  return `rtb-${vpcId.slice("vpc-".length)}`;
}
