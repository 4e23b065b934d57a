import {
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  DeleteVpcEndpointsCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { Ec2Cloud } from "./ec2Cloud";

const SERVICE = "com.amazonaws.us-east-1.s3";

describe("EC2 gateway endpoints", () => {
  let c: Ec2Cloud;
  let VpcId: string;
  before(async () => {
    c = await Ec2Cloud.start();
    const { Vpc } = await c.client.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    VpcId = Vpc?.VpcId ?? "";
  });
  after(() => c.stop());

  async function mainTable(): Promise<string> {
    const Filters = [
      { Name: "vpc-id", Values: [VpcId] },
      { Name: "association.main", Values: ["true"] },
    ];
    const { RouteTables = [] } = await c.client.send(new DescribeRouteTablesCommand({ Filters }));
    expect(RouteTables).to.have.length(1);
    return RouteTables[0].RouteTableId ?? "";
  }

  const create = async (more: Partial<CreateVpcEndpointCommandInput>) =>
    c.client.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: SERVICE, ...more }));

  it("are added to the main route table of a VPC, found by it, and deleted", async () => {
    const RouteTableIds = [await mainTable()];
    const { VpcEndpoint } = await create({ RouteTableIds });
    expect(VpcEndpoint).to.deep.include({ VpcId, ServiceName: SERVICE, RouteTableIds });
    const VpcEndpointIds = [VpcEndpoint?.VpcEndpointId ?? ""];
    const Filters = [{ Name: "vpc-id", Values: [VpcId] }];
    const found = await c.client.send(new DescribeVpcEndpointsCommand({ Filters }));
    expect(found.VpcEndpoints?.map((one) => one.VpcEndpointId)).to.deep.equal(VpcEndpointIds);
    await c.client.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
    const gone = c.client.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds }));
    await expectAwsError(gone, "InvalidVpcEndpointId.NotFound");
  });

  it("have the policy that the request gives, or full access, and another one after a change", async () => {
    const policy = async (id: string): Promise<unknown> => {
      const input = { VpcEndpointIds: [id] };
      const { VpcEndpoints } = await c.client.send(new DescribeVpcEndpointsCommand(input));
      return JSON.parse(VpcEndpoints?.[0].PolicyDocument ?? "null");
    };
    const { VpcEndpoint } = await create({});
    const VpcEndpointId = VpcEndpoint?.VpcEndpointId ?? "";
    const all = [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }];
    expect(await policy(VpcEndpointId)).to.deep.equal({ Statement: all });
    const PolicyDocument = JSON.stringify({ Statement: [] });
    await c.client.send(new ModifyVpcEndpointCommand({ VpcEndpointId, PolicyDocument }));
    expect(await policy(VpcEndpointId)).to.deep.equal({ Statement: [] });
    await c.client.send(new ModifyVpcEndpointCommand({ VpcEndpointId, ResetPolicy: true }));
    expect(await policy(VpcEndpointId)).to.deep.equal({ Statement: all });
    const broken = { VpcEndpointId, PolicyDocument: "no JSON" };
    await expectAwsError(
      c.client.send(new ModifyVpcEndpointCommand(broken)),
      "InvalidPolicyDocument",
    );
  });

  it("are refused for unknown services and route tables, and for unsupported types", async () => {
    const far = "com.amazonaws.eu-west-1.s3";
    await expectAwsError(create({ ServiceName: far }), "InvalidServiceName");
    const none = create({ RouteTableIds: ["rtb-0123456789abcdef0"] });
    await expectAwsError(none, "InvalidRouteTableID.NotFound");
    await expectAwsError(create({ VpcEndpointType: "GatewayLoadBalancer" }), "NotImplemented");
    await expectAwsError(create({ SubnetIds: ["subnet-0123456789abcdef0"] }), "InvalidParameter");
  });
});
