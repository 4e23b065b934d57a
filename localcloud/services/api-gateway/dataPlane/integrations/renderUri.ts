/** Replaces `{name}` with path parameters, which are already encoded. */
export function renderPath(template: string, parameters: Readonly<Record<string, string>>): string {
  return template.replace(/\{([^{}]+?)\+?\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? parameters[name] : whole,
  );
}

export function queryString(
  parameters: Readonly<Record<string, string | readonly string[]>>,
): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) =>
      [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
    )
    .join("&");
}
