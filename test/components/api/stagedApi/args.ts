import type { StagedApiArgs } from "../../../../components";

export const greet = async ({ name }: { name: string }): Promise<object> => ({
  message: `Hello, ${name}`,
});

export const args: StagedApiArgs = {
  routes: [
    {
      method: "GET",
      path: "/greeting",
      requestParameters: { "querystring.name": false },
      callback: greet,
    },
  ],
  permissions: [],
  alarmActions: [],
};

export const [route] = args.routes;
export const lb = { method: "GET", path: "/", functionVariable: "lbfunc" };
