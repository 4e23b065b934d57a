import { StagedApi } from "../../../../components";

// Routes without a requestModel: one has the template of the component, one has its own, one takes any text.
const api = new StagedApi("notes", {
  alarmActions: [],
  permissions: [],
  routes: [
    {
      method: "POST",
      path: "/notes",
      callback: async ({ body }: { body: unknown }) => ({ stored: body }),
    },
    {
      method: "PUT",
      path: "/notes",
      requestTemplate: `{"title": $input.json('$.title')}`,
      callback: async ({ title }: { title: unknown }) => ({ title }),
    },
    {
      method: "POST",
      path: "/texts",
      requestTemplate: `{"text": "$util.escapeJavaScript($input.body).replaceAll("\\\\'", "'")"}`,
      callback: async ({ text }: { text: string }) => ({ text }),
    },
  ],
});

export const url = api.prodUrl;
