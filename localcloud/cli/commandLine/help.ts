import { FAULT_KINDS } from "../../cloud/faults";
import type { Topic } from "./requests";

const RUNNING = `  -p, --port PORT     port of the cloud                              default $AWS_ENDPOINT_URL, or 4566
`;

/** Help texts by command; `localcloud` is the text without a command. */
export const HELP: Readonly<Record<Topic | "localcloud", string>> = {
  localcloud: `localcloud: a local AWS for Pulumi programs, on 127.0.0.1

Usage
  localcloud up     [--stack dev] [--port 4566]   deploy the program here, follow logs, apply changes
  localcloud start  [--port 4566]                 start only the cloud, without a program
  localcloud exec   [--stack dev] -- <command>    deploy, run a command, end with its exit code
  localcloud init   [--name NAME]                 create a new project in this folder

While a cloud runs, in another terminal
  localcloud status                               show what is deployed, and the cloud's time
  localcloud invoke <function> [event]            call a function with a file, JSON or its example event
  localcloud logs   [function] [--follow]         show the logs of functions and APIs
  localcloud requests [--follow]                  show AWS calls: who called what, and what was denied
  localcloud clock  [+15m]                        show the cloud's time, or advance it
  localcloud faults [add <kind> ... | clear]      make AWS calls fail
  localcloud reset                                restore the state after the start, same address
  localcloud env                                  eval "$(localcloud env)" makes AWS tools use the cloud

  localcloud <command> --help     show the options of a command
  localcloud --version            show the version

Needs no AWS account, no Docker and no Pulumi CLI. Without --state, its state is lost when it ends.
`,
  up: `localcloud up: start the cloud, deploy the Pulumi program in this folder, follow the logs

  -s, --stack NAME    stack to deploy (reads Pulumi.NAME.yaml)       default dev
  -p, --port PORT     port on 127.0.0.1; 0 = a free one              default 4566, or $LOCALCLOUD_PORT
  -C, --cwd FOLDER    folder of Pulumi.yaml                          default this one
      --no-watch      do not apply source changes when they are saved
      --no-follow     do not show the logs
      --open          open the console in the browser
      --no-traces     record no traces for the console: a request takes a quarter less CPU time
  -q, --quiet         print no resources, only failures and the final summary
      --inspect       let a debugger attach to each function; timeouts wait for it (docs/debugging.md)
      --state FOLDER  continue with the state that is in this folder, and save it there at the end

Prints the stack's outputs and curl commands when it is ready. Ctrl-C ends it and everything it started.
Exit code: 0 Ctrl-C after it was ready, 130 Ctrl-C before, 1 the deployment failed, 2 wrong usage.
`,
  start: `localcloud start: start only the cloud; deploy to it with another tool

  -p, --port PORT     port on 127.0.0.1; 0 = a free one              default 4566, or $LOCALCLOUD_PORT
      --no-traces     record no traces for the console
      --state FOLDER  continue with the state that is in this folder, and save it there at the end
`,
  exec: `localcloud exec: deploy the program to a separate cloud, run a command, end with its exit code

  -s, --stack NAME    stack to deploy (reads Pulumi.NAME.yaml)       default dev
  -p, --port PORT     port on 127.0.0.1                              default a free one, or $LOCALCLOUD_PORT
  -C, --cwd FOLDER    folder of Pulumi.yaml                          default this one
  -q, --quiet         print no resources, only failures
      --no-program    start only the cloud: the command deploys the program, for example with pulumi
      --traces        record traces for the console

The command's environment contains AWS_ENDPOINT_URL, AWS_REGION, the account's root credentials and
LOCALCLOUD_OUTPUTS (path of a JSON file with the stack's outputs). localcloud itself writes only to stderr,
so you can pipe the command's output.

With --no-program the command runs in the folder of --cwd, and the real Pulumi CLI deploys to the cloud: the
local cloud's \`aws\` provider is first on PATH, and the stack exists already. The state is in a folder that is
deleted with the cloud, whatever PULUMI_BACKEND_URL is, and what the CLI itself writes to Pulumi.NAME.yaml is
reverted. To use another backend, set LOCALCLOUD_PULUMI_BACKEND_URL and create its stacks yourself.
  localcloud exec --no-program -- pulumi preview
  localcloud exec --no-program -- sh -c "pulumi up --yes && npm test"
`,
  init: `localcloud init: create a project with a program, stack dev, a test, an example event, settings of VS Code

  -n, --name NAME     name of the project                            default that of the folder
  -C, --cwd FOLDER    folder of the project                          default this one

Overwrites no file; adds main, start and test to package.json if they are missing.
`,
  status: `localcloud status: show what is deployed, by component, and the cloud's time

${RUNNING}`,
  env: `localcloud env: print lines that make AWS tools of this shell use the cloud: eval "$(localcloud env)"

${RUNNING}`,
  logs: `localcloud logs [function]: show the log of a function, of a component's functions or of everything

  -f, --follow        continue until Ctrl-C
${RUNNING}`,
  invoke: `localcloud invoke <function> [event]: call a function and print its answer

Name the function as in the program, as in AWS or by its component. The event is a file, JSON, or - for
standard input. The default is events/<function>.json, or the event that its API's template makes of an
example request, or the event that its rule sends. Exit code: 1 if the function failed.

${RUNNING}`,
  requests: `localcloud requests: show AWS calls that the cloud has answered or refused

  -f, --follow        continue until Ctrl-C
${RUNNING}`,
  clock: `localcloud clock [+90s | +15m | +1h | +7d]: show the cloud's time, or advance it

Everything that becomes due on the way happens: schedules, retries, alarms, rollouts.

${RUNNING}`,
  reset: `localcloud reset: discard everything on the cloud, its time too, and deploy the program again

Addresses stay the same, and so do ids and URLs that follow from names. The console and the watch for source
changes continue. Exit code: 1 if the program could not be deployed.

${RUNNING}`,
  faults: `localcloud faults [list | clear | add <kind> [service[:Operation]] [times | forever]]

  localcloud faults add throttle dynamodb:PutItem 3    the next three calls are throttled

Kinds: ${FAULT_KINDS.slice(0, 4).join(", ")},
  ${FAULT_KINDS.slice(4).join(", ")}

${RUNNING}`,
};
