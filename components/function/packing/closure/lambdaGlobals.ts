/** Whether a name that is declared nowhere means something in Lambda as well, such as `JSON` or `fetch`. */
export function isLambdaGlobal(name: string): boolean {
  return ELSEWHERE.has(name) || (OF_NODE.has(name) && !ONLY_HERE.has(name));
}

/**
 * What Node.js lists among the enumerable globals. Any other enumerable one was made by the program, or by a tool
 * that runs it.
 */
const ENUMERABLE = new Set(
  (
    "global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout queueMicrotask " +
    "structuredClone atob btoa performance fetch navigator crypto"
  ).split(" "),
);

/** The globals of JavaScript and Node.js, taken before the program adds its own. */
const OF_NODE: ReadonlySet<string> = new Set(
  Object.entries(Object.getOwnPropertyDescriptors(globalThis))
    .filter(([name, { enumerable }]) => !enumerable || ENUMERABLE.has(name))
    .map(([name]) => name),
);

/** Behind options of Node.js that Lambda does not set. */
const ONLY_HERE = new Set(["gc", "localStorage", "sessionStorage"]);

/**
 * What a Node.js that deploys may lack: newer versions have it, and Lambda's own runtime adds `awslambda`.
 * https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
const ELSEWHERE = new Set(["awslambda", "navigator", "WebSocket", "Iterator", "CloseEvent"]);
