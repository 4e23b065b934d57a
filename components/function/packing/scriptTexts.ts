import { KEPT } from "./remember";
import { type Debugger, Session } from "node:inspector";

/** What texts are asked of, until this turn of the event loop is over. */
let session: Session | undefined;

/**
 * The text of a script as it was loaded. V8's debugger knows it, and while that is on, every other look with the
 * inspector costs twice as much; turned on, it first tells of every script that there is. So it stays on for a turn.
 */
export function scriptText(scriptId: string): string {
  return keptTexts()?.get(scriptId) ?? scriptSourceOf(scriptId);
}

/** A process that runs a program again and again compiles its files itself, and tells what is in them. */
function keptTexts(): ReadonlyMap<string, string> | undefined {
  const kept: unknown = Reflect.get(globalThis, KEPT);
  const texts: unknown = kept instanceof Map ? kept.get("scripts") : undefined;
  return texts instanceof Map ? texts : undefined;
}

function scriptSourceOf(scriptId: string): string {
  session ??= openForThisTurn();
  let text = "";
  session.post(
    "Debugger.getScriptSource",
    { scriptId },
    (_error, answer?: Debugger.GetScriptSourceReturnType) => {
      text = answer?.scriptSource ?? "";
    },
  );
  return text;
}

function openForThisTurn(): Session {
  const opened = new Session();
  opened.connect();
  opened.post("Debugger.enable");
  setImmediate(() => {
    session = undefined;
    opened.disconnect();
  });
  return opened;
}
