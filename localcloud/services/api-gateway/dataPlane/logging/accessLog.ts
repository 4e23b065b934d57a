import { lookUpText, type ContextVariables } from "../contextVariables";

const NAME = "context\\.([A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*)";
const VARIABLE = new RegExp(`\\$\\{${NAME}\\}|\\$${NAME}`, "g");

/**
 * Formats one line of the access log. A variable without a value becomes `-`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function formatAccessLog(format: string, context: ContextVariables): string {
  return format.replace(VARIABLE, (_whole, braced?: string, plain?: string) => {
    const name = braced ?? plain ?? "";
    const value = lookUpText(context, name);
    if (value === undefined || value === "") return "-";
    return name === "error.messageString" ? value : escapeValue(value);
  });
}

/** Escapes quotes and control characters of a client's value, which would break the line or its JSON. */
function escapeValue(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
