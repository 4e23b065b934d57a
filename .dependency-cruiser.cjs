// The arrows of the architecture: which folder may import which. `npm run arrows` holds them, and refuses import cycles.
"use strict";

/** Files below `from` import nothing that `to` matches. */
const never = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: to },
});

/** Files below `from` import nothing of the repository but what `allowed` matches. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(?!node_modules)", pathNot: [allowed, ...OUTSIDE] },
});

/** npm packages and what Node.js itself has. */
const OUTSIDE = ["node_modules", "^(node:)?[a-z_/0-9]+$"];

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Files that import each other's values cannot be understood, loaded or moved apart.",
      severity: "error",
      // What closures capture goes in circles, too.
      from: { pathNot: "^test/closures/fixtures/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    only("index", "^index\\.ts$", "^stacks/", "The program only chooses a stack."),
    only("stacks", "^stacks/", "^(stacks|components|callbacks)/", "Stacks know no emulator."),
    only("components", "^components/", "^(components|callbacks)/", "Components know no program."),
    only("callbacks", "^callbacks/", "^callbacks/", "Callbacks run in Lambda, alone."),
    never("callbacks-pulumi", "^callbacks/", "@pulumi/", "Lambda has no deployment engine."),
    only("commands", "^commands/", "^(commands|callbacks)/", "Commands work on what is deployed."),
    only("localcloud", "^localcloud/", "^localcloud/", "The local cloud knows AWS, not us."),
    only(
      "policies",
      "^policies/",
      "^(policies/|components/(iam/|function/triggers/schedule\.ts$|queues/visibilityTimeout\.ts$|ecs/rollout\.ts$|api/(certificateRegion|stageVariables)\.ts$))",
      "Rules know facts of AWS and what is wrong with them, no component.",
    ),
    never(
      "bench-test",
      "^(bench|examples)/",
      "^(test|localcloud/test)/(?!support/)",
      "Benchmarks and tests share how a stack is run, and no claim.",
    ),
    never(
      "localcloud-test",
      "^localcloud/(?!test/)",
      "^localcloud/test/",
      "Tests are not shipped.",
    ),
    // Rooms of components/, from the ground up.
    only("room-iam", "^components/iam/", "^components/([^/]+\\.ts$|iam/)", "Facts of AWS."),
    only(
      "room-storage",
      "^components/storage/",
      "^components/([^/]+\\.ts$|(iam|storage)/)",
      "Buckets and tables stand on iam.",
    ),
    only(
      "room-queues",
      "^components/queues/",
      "^(callbacks/|components/([^/]+\\.ts$|(iam|queues)/))",
      "Queues stand on iam.",
    ),
    only(
      "room-function",
      "^components/function/",
      "^(callbacks/|components/([^/]+\\.ts$|(iam|queues|function)/))",
      "Functions stand on queues and iam.",
    ),
    only(
      "room-api",
      "^components/api/",
      "^(callbacks/|components/([^/]+\\.ts$|(iam|storage|queues|function|api)/))",
      "APIs stand on functions.",
    ),
    never(
      "rooms-apart",
      "^components/(ecs|instances|delivery)/",
      "^components/(ecs|instances|delivery)/(?!$1)",
      "",
    ),
    // The rooms of packing, from the ground up.
    ...floors(
      "components/function/packing",
      [
        ["caching", "What is kept for the next function or run."],
        ["text", "What the text of code says."],
        ["captures", "What a function of the running program captures."],
        ["checks", "What cannot run in Lambda."],
        ["closure", "The text of a callback."],
        ["bundling", "The packages of a callback."],
      ],
      ["captureError"],
    ),
    // Storeys of the local cloud.
    {
      ...only("core", "^localcloud/core/", "^localcloud/core/", "All stand on core."),
      to: {
        path: "^(?!node_modules)",
        pathNot: ["^localcloud/core/", ...OUTSIDE],
        dependencyTypesNot: ["type-only"],
      },
    },
    never(
      "services",
      "^localcloud/services/(?!index)",
      "^localcloud/(cloud|engine|provider|cli|testing|console)/",
      "A service knows no server and no program.",
    ),
    // The rooms of the codec, from the ground up.
    ...floors(
      "localcloud/codec",
      [
        ["model", "What the operations of a service take and answer."],
        ["formats", "How values are written and read."],
        ["rest", "Requests and answers of the REST protocols."],
      ],
      ["malformed"],
    ),
    // The rooms of the command line, from the ground up.
    ...floors("localcloud/cli", [
      ["commandLine", "What its words mean."],
      ["output", "What people read while a command runs."],
      ["process", "The command's process: signals, children, ports, files."],
      ["pulumi", "What the real Pulumi CLI needs."],
      ["tryLines", "Lines to paste for what a program has deployed."],
      ["init", "Creates a project."],
      ["running", "Commands for a cloud that runs already."],
      ["up", "Deploys the program, again after each save."],
    ]),
    // The rooms of EC2, from the ground up.
    ...floors(
      "localcloud/services/ec2",
      [
        ["queries", "What every operation does with its input and answer."],
        ["catalog", "What EC2 offers: zones, types, images and how many there are."],
        ["network", "What instances are connected to."],
        ["ssh", "How instances are reached."],
        ["instances", "What runs."],
        ["networkInterfaces", "What is attached to instances later."],
        ["fleets", "What runs instances by itself."],
      ],
      ["api", "errors", "inputRules", "store"],
    ),
    // The engine's rooms, from the ground up.
    ...floors("localcloud/engine", [
      ["project", "What the project files say."],
      ["state", "What exists."],
      ["deployment", "What has to change."],
      ["protocol", "How a program says what it wants."],
      ["program", "The processes of programs."],
    ]),
    never(
      "provider",
      "^localcloud/provider/",
      "^localcloud/(cloud|services|access|testing|cli|console)/",
      "The provider speaks AWS's APIs only, so any emulator can stand behind it.",
    ),
  ].map((rule) => (rule.name === "rooms-apart" ? roomsApart() : rule)),
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|\\.cache|coverage)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".cjs", ".json"] },
  },
};

/**
 * Each folder itself imports nothing of the folders above it, nor of the files beside them, except those of the
 * `ground`; what these import is their own matter.
 */
function floors(house, rooms, ground = []) {
  const files = ground.length === 0 ? "" : `(?!(${ground.join("|")})\\.ts$)`;
  return rooms.map(([room, comment], at) => {
    const above = rooms.slice(at + 1).map(([name]) => `${name}/`);
    return never(
      `${house.split("/").at(-1)}-${room}`,
      `^${house}/${room}/`,
      `^${house}/${files}(${["[^/]+\\.ts$", ...above].join("|")})`,
      comment,
    );
  });
}

function roomsApart() {
  return {
    name: "rooms-apart",
    comment:
      "ecs, instances and delivery are neighbours: what two of them need belongs below both.",
    severity: "error",
    from: { path: "^components/(ecs|instances|delivery)/" },
    to: { path: "^components/(ecs|instances|delivery)/", pathNot: "^components/$1/" },
  };
}
