import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { Act } from "../load";

interface Found {
  readonly SecretString?: string;
  readonly VersionId?: string;
}

/** Shows a secret; its value is hidden until requested. */
export function SecretPage({ resource }: { resource: DeployedResource }) {
  const value = useSignal("");
  const show = async (): Promise<string> => {
    const input = { SecretId: resource.id };
    const { SecretString, VersionId } = await call<Found>(
      "secrets-manager",
      "GetSecretValue",
      input,
    );
    value.value = SecretString ?? "(binary)";
    return `Version ${VersionId}`;
  };
  return (
    <>
      <h3>Value</h3>
      <Act act={show}>Show the value</Act>
      {value.value !== "" && <pre tabIndex={0}>{value}</pre>}
    </>
  );
}
