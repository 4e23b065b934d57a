import type { RequestLaunchTemplateData, RunInstancesRequest } from "@aws-sdk/client-ec2";
import { inputCheck, loadCodec } from "../../../codec";
import { api } from "../api";
import { inputRules } from "../inputRules";

let check: ((input: object) => void) | undefined;

/**
 * Checks the data of a launch template as the parameters of RunInstances, which have the same names. EC2 stores a
 * template unchecked, and refuses the launches.
 */
export function checkLaunch(data: RequestLaunchTemplateData | Partial<RunInstancesRequest>): void {
  check ??= inputCheck(loadCodec(api.sdk()), api.model("RunInstances"), inputRules());
  check({ MinCount: 1, MaxCount: 1, ...data });
}
