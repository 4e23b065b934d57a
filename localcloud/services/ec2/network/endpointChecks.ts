import type { Subnet, VpcEndpoint } from "@aws-sdk/client-ec2";
import type { CallContext } from "../../../core/service";
import { ec2Error } from "../api";
import { notFound } from "../queries/described";
import { mainTable } from "./routeTables";
import type { Ec2Store, Stored } from "../store";
import { subnets } from "./subnets";

/** https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy */
export const FULL_ACCESS = JSON.stringify({
  Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
});

/** Which members belong to which type: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html */
export function refuseMembers(input: object, type: string, members: readonly string[]): void {
  const given = members.find((member) => {
    const value = (input as Record<string, unknown>)[member];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  });
  if (given !== undefined)
    throw ec2Error(
      "InvalidParameter",
      `${given} is not supported for endpoints of the type ${type}`,
    );
}

export function checkTables({ VpcId = "" }: VpcEndpoint, ids: readonly string[]): void {
  for (const id of ids) if (id !== mainTable(VpcId)) throw notFound("routeTable", id);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidPolicyDocument) */
export function checkPolicy(text: string | undefined): void {
  if (text === undefined) return;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) return;
  } catch {
    // Reported below.
  }
  throw ec2Error(
    "InvalidPolicyDocument",
    "The specified policy document is not a valid JSON policy document.",
  );
}

export function subnetsOf(
  ids: readonly string[],
  vpcId: string | undefined,
  context: CallContext<Ec2Store>,
): Stored<Subnet>[] {
  return [...new Set(ids)].map((id) => {
    const subnet = subnets.at(id, context);
    if (subnet.shape.VpcId !== vpcId) throw notFound("subnet", id);
    return subnet;
  });
}
