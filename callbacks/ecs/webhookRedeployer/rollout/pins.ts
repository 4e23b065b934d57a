import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { FamilyRecord } from "./familyRecord";
import { type Retry, retrying } from "../../../retry";

export const deploymentOnlyModule = true;

/** Parameters in which images are pinned. */
export interface Pins {
  readonly ssm: SSMClient;
  /** Path of the parameters, without a slash at the end. */
  readonly path: string;
}

/** Pins the images of a move: the program uses them from now on. */
export async function pin(
  { family, images }: Pick<FamilyRecord, "family" | "images">,
  pins: Pins,
  retry: Retry,
): Promise<void> {
  for (const [container, image] of Object.entries(images)) {
    const parameter = `${pins.path}/${family}/${container}`;
    await putText(pins.ssm, parameter, image, retry);
    console.log("pinned", { parameter, image });
  }
}

/** Writes a parameter, whether or not it exists. */
export async function putText(
  ssm: SSMClient,
  Name: string,
  Value: string,
  retry: Retry,
): Promise<void> {
  const input = { Name, Value, Type: "String", DataType: "text", Overwrite: true } as const;
  await retrying(retry, () => ssm.send(new PutParameterCommand(input)));
}
