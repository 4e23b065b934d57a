/** Checks whether an undeclared name is a global in Lambda as well, such as `JSON` or `fetch`. */
export function isLambdaGlobal(name: string): boolean {
  return ELSEWHERE.has(name) || (OF_NODE.has(name) && !ONLY_HERE.has(name));
}

/**
 * The enumerable globals of Node.js. Any other enumerable global was added by the program, or by a tool that runs it.
 */
const ENUMERABLE = new Set(
  (
    "global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout queueMicrotask " +
    "structuredClone atob btoa performance fetch navigator crypto"
  ).split(" "),
);

/** The globals of JavaScript and Node.js, collected before the program adds its own. */
const OF_NODE: ReadonlySet<string> = new Set(
  Object.entries(Object.getOwnPropertyDescriptors(globalThis))
    .filter(([name, { enumerable }]) => !enumerable || ENUMERABLE.has(name))
    .map(([name]) => name),
);

/** Globals that need options of Node.js that Lambda does not set. */
const ONLY_HERE = new Set(["gc", "localStorage", "sessionStorage"]);

/**
 * Globals of Lambda that the deploying Node.js may lack: newer versions have them, and Lambda's runtime adds
 * `awslambda`.
 * https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
const ELSEWHERE = new Set(["awslambda", "navigator", "WebSocket", "Iterator", "CloseEvent"]);
