import { type Rendered, renderTemplate, type TemplateScope } from "../../vtl";

/** The parts of a request that a test sets; all others are empty. */
export type PartialScope = Partial<Omit<TemplateScope, "params">> & {
  readonly params?: Partial<TemplateScope["params"]>;
};

export function renderAll(template: string, scope: PartialScope = {}): Rendered {
  const { body = "", params, context = {}, stageVariables = {}, overrides, nullReference } = scope;
  const none = { path: {}, querystring: {}, header: {} };
  return renderTemplate(template, {
    body,
    params: { ...none, ...params },
    context,
    stageVariables,
    overrides,
    nullReference,
  });
}

export function render(template: string, scope: PartialScope = {}): string {
  return renderAll(template, scope).text;
}
