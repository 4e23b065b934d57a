import { BadControlRequest } from "../../core/load";
import { rootPrincipal } from "../../core/principal";
import type { Cloud } from "../cloud";
import { callAws } from "./callAws";
import { permissions } from "./permissions";
import { replay } from "./replay";

type Body = Readonly<Record<string, unknown>>;

/** Actions of the console with a JSON body, by the last part of the path. */
export const ACTIONS: Readonly<Record<string, (body: Body, cloud: Cloud) => unknown>> = {
  call: callAws,
  command: ({ urn, title }, { program }) => {
    if (!program) throw new BadControlRequest("This cloud knows no program.");
    return program.run(urn, title);
  },
  replay,
};

/** Data that the console reads, by the last part of the path. */
export const VIEWS: Readonly<Record<string, (cloud: Cloud) => unknown>> = {
  permissions: (cloud) => {
    const principal = rootPrincipal(cloud.accountId);
    const ask = <Output>(operation: string, input: object): Promise<Output> =>
      cloud.call<Output>({ service: "iam", operation, input, principal });
    return permissions(ask, cloud);
  },
  timers: (cloud) => cloud.clock.timers(),
};
