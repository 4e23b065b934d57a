import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type ScalerRecord, SCALER_RECORDS } from "../../../callbacks/ecs/scaling/scalerRecord";
import type { PolicyException } from "../../iam/policyException";
import { childName } from "../../names";

/** Creates the SSM parameter by which the command `scale` finds a scaler. */
export function recordScaler(
  name: string,
  {
    record,
    tags,
  }: {
    readonly record: { readonly [Key in keyof ScalerRecord]: pulumi.Input<ScalerRecord[Key]> };
    readonly tags?: aws.ssm.ParameterArgs["tags"];
  },
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.ssm.Parameter(
    childName(name, "scaler"),
    {
      name: `${SCALER_RECORDS}/${pulumi.getProject()}/${pulumi.getStack()}/${name}`,
      description: `Data by which the command scale finds the scaler ${name}.`,
      type: "String",
      value: pulumi.jsonStringify(record),
      tags,
    },
    opts,
  );
}

/** Policy exceptions of that parameter, for the component that creates it. */
export function recordExceptions(name: string): PolicyException[] {
  return [
    {
      rule: "CKV2_AWS_34",
      resource: childName(name, "scaler"),
      reason: "Names of resources and two numbers, which the command scale reads: nothing secret.",
    },
  ];
}
