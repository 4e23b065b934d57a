import type * as Sdk from "@aws-sdk/client-ec2";
import type { OperationOf } from "../../../entities/api";
import { ec2Error } from "../api";
import { instances } from "./instances";
import type { Ec2Store } from "../store";

const ATTRIBUTES = ["DisableApiTermination", "InstanceType", "UserData"] as const;

/**
 * Changes one attribute: termination protection at any time, others while the instance is stopped.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
 */
export const modifyInstanceAttribute: OperationOf<typeof Sdk, Ec2Store, "ModifyInstanceAttribute"> =
  {
    access: ({ InstanceId }, context) => [
      instances.access("ModifyInstanceAttribute", InstanceId, context),
    ],
    run(input, context) {
      const one = instances.at(input.InstanceId, context);
      const { InstanceId: _id, DryRun: _isDry, ...attributes } = input;
      const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
      const [[name]] = given.length === 1 ? given : [["none"]];
      if (!ATTRIBUTES.some((known) => known === name))
        throw ec2Error(
          "InvalidParameterCombination",
          `The local cloud changes one of ${ATTRIBUTES.join(", ")} at a time.`,
        );
      if (input.DisableApiTermination)
        return void (one.isProtected = input.DisableApiTermination.Value);
      if (one.shape.State?.Name !== "stopped")
        throw ec2Error(
          "IncorrectInstanceState",
          `The instance '${one.id}' is not in the 'stopped' state.`,
        );
      const { InstanceType: type, UserData: userData } = input;
      // This cloud treats the type as a plain string.
      if (type?.Value) one.shape = { ...one.shape, InstanceType: type.Value as Sdk._InstanceType };
      if (userData) one.userData = Buffer.from(userData.Value ?? []).toString("base64");
      return undefined;
    },
  };
