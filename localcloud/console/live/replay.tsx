import { useSignal } from "@preact/signals";
import type { SpanDetail } from "../../cloud/console/rows";
import { addressOf } from "../address";
import { post } from "../api";
import { pretty } from "../format";
import { openTrace } from "../state";

/** Sends a request, an event or a message again, unchanged or edited. */
export function Replay({ span }: { span: SpanDetail }) {
  const { event, body, request } = span.data as Record<string, string | undefined>;
  const sent = request ? (request as unknown as { body: string }).body : (event ?? body ?? "");
  const text = useSignal(pretty(sent));
  const message = useSignal("");
  const isRunning = useSignal(false);
  const send = async (submitted: Event): Promise<void> => {
    submitted.preventDefault();
    // A second click while the first one is under way would send it twice.
    if (isRunning.value) return;
    isRunning.value = true;
    message.value = "";
    // An unedited text is sent byte for byte, including parts that are hidden here.
    const edited = text.value === pretty(sent) ? undefined : text.value;
    try {
      const replayed = { trace: openTrace.value, span: span.id, text: edited };
      const { trace } = await post<{ trace: string }>("replay", replayed);
      location.hash = addressOf(`trace/${trace}`);
    } catch (error) {
      message.value = (error as Error).message;
    }
    isRunning.value = false;
  };
  return (
    <form class="replay" onSubmit={(event) => void send(event)}>
      <label>
        Replay {span.kind === "request" ? "the request with this body" : `this ${span.kind}`}
        <textarea
          rows={Math.min(12, text.value.split("\n").length + 1)}
          value={text}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" aria-busy={isRunning.value}>
        Send again
      </button>
      <p role="status">{message}</p>
    </form>
  );
}
