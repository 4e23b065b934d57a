import { FAULT_KINDS } from "../cloud/faults";
import type { Topic } from "./requests";

const RUNNING = `  -p, --port PORT     where it listens                               default $AWS_ENDPOINT_URL, 4566
`;

/** Help texts by command; `localcloud` is the text without a command. */
export const HELP: Readonly<Record<Topic | "localcloud", string>> = {
  localcloud: `localcloud: AWS in a box for Pulumi programs, on 127.0.0.1

Usage
  localcloud up     [--stack dev] [--port 4566]   deploy the program here, follow its logs, apply changes
  localcloud start  [--port 4566]                 only the cloud, no program
  localcloud exec   [--stack dev] -- <command>    deploy, run a command against it, end with its exit code
  localcloud init   [--name NAME]                 lay a new project in this folder that runs

While one runs, in another terminal
  localcloud status                               what is deployed, and what time it is there
  localcloud invoke <function> [event]            call a function, with a file, JSON or its example
  localcloud logs   [function] [--follow]         what functions and APIs log
  localcloud requests [--follow]                  AWS calls: who called what, and what was denied
  localcloud clock  [+15m]                        its time, moved forward if you say so
  localcloud faults [add <kind> ... | clear]      make calls fail
  localcloud reset                                everything as after the start, at the same address
  localcloud env                                  eval "$(localcloud env)" points AWS tools at it

  localcloud <command> --help     more about one command
  localcloud --version

Needs neither an AWS account nor Docker nor the Pulumi CLI. Keeps nothing when it ends.
`,
  up: `localcloud up: start the cloud, run the Pulumi program in this folder, follow the logs

  -s, --stack NAME    stack to deploy (reads Pulumi.NAME.yaml)       default dev
  -p, --port PORT     port on 127.0.0.1; 0 = a free one              default 4566, or $LOCALCLOUD_PORT
  -C, --cwd FOLDER    folder of Pulumi.yaml                          default this one
      --no-watch      do not apply source changes as they are saved
      --no-follow     do not show what the functions log
      --open          open the console in the browser
      --no-traces     keep no traces for the console: requests take a quarter less CPU
  -q, --quiet         print no resources, only failures and what there is at the end
      --inspect       a debugger may stop in each function; timeouts wait meanwhile (docs/debugging.md)

Prints the stack's outputs and curl lines when it is ready; Ctrl-C ends it and everything it started.
Exit code: 0 ended by Ctrl-C when ready, 130 before, 1 the deployment failed, 2 wrong usage.
`,
  start: `localcloud start: only the cloud, for a program that something else deploys

  -p, --port PORT     port on 127.0.0.1; 0 = a free one              default 4566, or $LOCALCLOUD_PORT
      --no-traces     keep no traces for the console
`,
  exec: `localcloud exec: deploy the program on a cloud of its own, run a command, end with its exit code

  -s, --stack NAME    stack to deploy (reads Pulumi.NAME.yaml)       default dev
  -p, --port PORT     port on 127.0.0.1                              default a free one, or $LOCALCLOUD_PORT
  -C, --cwd FOLDER    folder of Pulumi.yaml                          default this one
  -q, --quiet         print no resources, only failures
      --no-program    only the cloud: do not run the Pulumi program, so that the command may be pulumi
      --traces        keep traces for the console

The command finds AWS_ENDPOINT_URL, AWS_REGION, the account's root credentials and LOCALCLOUD_OUTPUTS
(path of a JSON file with the stack's outputs) in its environment. localcloud itself writes to stderr
only, so the command's output can be piped.

With --no-program the command runs in the folder of --cwd, and the real Pulumi CLI deploys to the cloud: it
finds the local cloud's \`aws\` provider first on PATH, and the stack already made. The state is kept in a
folder that goes with the cloud, whatever PULUMI_BACKEND_URL says, and what the CLI notes of it in
Pulumi.NAME.yaml is taken back; LOCALCLOUD_PULUMI_BACKEND_URL names another backend, whose stacks are yours:
  localcloud exec --no-program -- pulumi preview
  localcloud exec --no-program -- sh -c "pulumi up --yes && npm test"
`,
  init: `localcloud init: lay a project that runs: program, stack dev, a test, an example event, settings of VS Code

  -n, --name NAME     name of the project                            default the folder's
  -C, --cwd FOLDER    where to lay it                                default this one

Writes over no file; package.json gets what it lacks of main, start and test.
`,
  status: `localcloud status: what is deployed by component, and what time it is there

${RUNNING}`,
  env: `localcloud env: lines that point AWS tools of this shell at the cloud: eval "$(localcloud env)"

${RUNNING}`,
  logs: `localcloud logs [function]: what a function, the functions of a component or everything has logged

  -f, --follow        go on until Ctrl-C
${RUNNING}`,
  invoke: `localcloud invoke <function> [event]: call a function and print what it answers

The function is named as in the program, as in AWS or by its component. The event is a file, JSON or - for
standard input; without it events/<function>.json, what the template of its API makes of an example request,
or what its rule sends. Exit code: 1 when the function failed.

${RUNNING}`,
  requests: `localcloud requests: AWS calls that the cloud has answered and refused

  -f, --follow        go on until Ctrl-C
${RUNNING}`,
  clock: `localcloud clock [+90s | +15m | +1h | +7d]: the cloud's time, moved forward if you say so

Everything that falls due on the way happens: schedules, retries, alarms, rollouts.

${RUNNING}`,
  reset: `localcloud reset: forget all that was done on the cloud, its time too, and deploy the program anew

The address, the console and what watches the sources stay; so do ids and URLs, which follow from names.
Exit code: 1 when the program could not be deployed.

${RUNNING}`,
  faults: `localcloud faults [list | clear | add <kind> [service[:Operation]] [times | forever]]

  localcloud faults add throttle dynamodb:PutItem 3    the next three calls are throttled

Kinds: ${FAULT_KINDS.slice(0, 4).join(", ")},
  ${FAULT_KINDS.slice(4).join(", ")}

${RUNNING}`,
};
