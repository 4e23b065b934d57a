import type { SpanDetail } from "../../cloud/console/rows";
import { short } from "../format";

/** Shows for each check of a call why it was allowed or denied. */
export function Decisions({ span }: { span: SpanDetail }) {
  const { call, decisions = [] } = span.data;
  return (
    <>
      {call?.checks.map(({ action, resource }, index) => {
        const decision = decisions.at(index);
        const passed = index < decisions.length;
        const refused = span.status === "denied" && index === decisions.length;
        return (
          <div key={index} class={`decision ${passed ? "yes" : refused ? "no" : ""}`}>
            <p>
              <b>{passed ? "Allowed" : refused ? "Denied" : "Not checked"}</b> {action}{" "}
              <span>for {short(span.who ?? "")}</span>
            </p>
            <p class="arn">{resource}</p>
            {passed && decision?.statement && (
              <details>
                <summary>
                  by {decision.statement.Sid ? `“${decision.statement.Sid}”` : "a statement"} of its{" "}
                  {decision.reason.replace(/([A-Z])/g, " $1").toLowerCase()}
                </summary>
                <pre tabIndex={0}>{JSON.stringify(decision.statement, undefined, 2)}</pre>
              </details>
            )}
            {passed && decision?.reason === "rootUser" && (
              <p>The account's root user needs no policy.</p>
            )}
          </div>
        );
      })}
    </>
  );
}
