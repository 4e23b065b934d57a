import { type Rendered, renderTemplate, type TemplateScope } from "../../vtl";

/** What a test says about the request; the rest is empty. */
export type PartialScope = Partial<Omit<TemplateScope, "params">> & {
  readonly params?: Partial<TemplateScope["params"]>;
};

export function renderAll(template: string, scope: PartialScope = {}): Rendered {
  const { body = "", params, context = {}, stageVariables = {} } = scope;
  const none = { path: {}, querystring: {}, header: {} };
  return renderTemplate(template, {
    body,
    params: { ...none, ...params },
    context,
    stageVariables,
  });
}

export function render(template: string, scope: PartialScope = {}): string {
  return renderAll(template, scope).text;
}
