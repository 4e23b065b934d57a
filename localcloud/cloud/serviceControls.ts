import { BadControlRequest } from "../core/load";
import type { LoadedService } from "./registry";

/** The service whose control has the fields of a request, and the request without its region. */
export interface ChosenControl {
  readonly service: LoadedService;
  readonly input: Readonly<Record<string, unknown>>;
  /** Undefined: the cloud's default. */
  readonly region?: string;
}

/** Returns the names of the services' control endpoints. */
export function controlNames(services: readonly LoadedService[]): string[] {
  const names = services.flatMap((one) => Object.keys(one.definition.controls ?? {}));
  return [...new Set(names)].sort();
}

/** Chooses the service for a control request by its fields. @throws BadControlRequest */
export function chooseControl(
  services: readonly LoadedService[],
  name: string,
  { region, ...input }: Readonly<Record<string, unknown>>,
): ChosenControl {
  if (region !== undefined && typeof region !== "string")
    throw new BadControlRequest("'region' must be a name.");
  const given = Object.keys(input);
  const those = services.filter((one) => one.definition.controls?.[name]);
  if (those.length === 0)
    throw new BadControlRequest(`This cloud has no service with a '${name}' to set.`);
  const forms = those.map((one) => one.definition.controls?.[name].fields ?? []);
  const index = forms.findIndex((fields) => given.every((field) => fields.includes(field)));
  if (index === -1) {
    const allowed = forms.map((fields) => [...fields, "region"].join(", ")).join("; or ");
    const unknown = given.filter((field) => !forms.flat().includes(field));
    throw new BadControlRequest(
      `'${name}' takes no ${unknown.join(", ") || "such fields together"}; it takes ${allowed}.`,
    );
  }
  return { service: those[index], input, region };
}
