import { type AnyFunction } from "../../../components/function/packing/captures/closureScope";
import { packCallback, type PackOptions } from "../../../components/function/packing/packCallback";
import {
  asDeployed as runFiles,
  type AsDeployedOptions,
  type DeployedFunction,
} from "../../../localcloud/testing";

/** Bundles a callback like a component, and runs the bundle like Lambda. */
export async function asDeployed(
  callback: AnyFunction,
  options: AsDeployedOptions & Pick<PackOptions, "isFactory"> = {},
): Promise<DeployedFunction> {
  const { isFactory, ...deployed } = options;
  const { files } = await packCallback(callback, { isFactory });
  return runFiles(files, deployed);
}
