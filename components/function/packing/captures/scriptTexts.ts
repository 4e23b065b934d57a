import { KEPT } from "../caching/remember";
import { type Debugger, Session } from "node:inspector";

/** Inspector session that reads texts, open until this turn of the event loop ends. */
let session: Session | undefined;

/** Texts that the debugger gave, of the scripts that stay loaded when a process runs a program again: packages. */
const read = new Map<string, string>();

/**
 * Returns the text of a loaded script, which V8's debugger knows. Enabling the debugger is slow, because it first
 * reports every script, and while it is on all other inspections cost twice as much. So it stays enabled for one turn.
 */
export function scriptText(scriptId: string): string {
  return keptTexts()?.get(scriptId) ?? read.get(scriptId) ?? scriptSourceOf(scriptId);
}

/**
 * Returns the script texts that the host process provides: one that runs a program repeatedly compiles the files
 * itself.
 */
function keptTexts(): ReadonlyMap<string, string> | undefined {
  const kept: unknown = Reflect.get(globalThis, KEPT);
  const texts: unknown = kept instanceof Map ? kept.get("scripts") : undefined;
  return texts instanceof Map ? texts : undefined;
}

function scriptSourceOf(scriptId: string): string {
  session ??= openForThisTurn();
  const found: string[] = [];
  session.post(
    "Debugger.getScriptSource",
    { scriptId },
    (_error, answer?: Debugger.GetScriptSourceReturnType) => {
      if (answer) found.push(answer.scriptSource);
    },
  );
  const [text] = found;
  if (text !== undefined) read.set(scriptId, text);
  return text ?? "";
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
