import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { Act } from "../load";

interface Found {
  readonly Parameter?: { readonly Value?: string; readonly Version?: number };
}

/** Shows a parameter; its value is hidden until requested. */
export function ParameterPage({ resource }: { resource: DeployedResource }) {
  const value = useSignal("");
  const show = async (): Promise<string> => {
    const input = { Name: resource.id, WithDecryption: true };
    const { Parameter } = await call<Found>("ssm", "GetParameter", input);
    value.value = Parameter?.Value ?? "";
    return `Version ${Parameter?.Version}`;
  };
  return (
    <>
      <h3>Value</h3>
      <Act act={show}>Show the value</Act>
      {value.value !== "" && <pre tabIndex={0}>{value}</pre>}
    </>
  );
}
