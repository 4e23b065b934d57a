import type { ComponentChildren } from "preact";
import type { RolePermissions } from "../../cloud/console/permissions";
import type { PolicyStatement } from "../../core/policyDocument";
import type { Usage } from "../../core/recorder";
import { roleFilter } from "../address";
import { get } from "../api";
import { count, short } from "../format";
import { Refresh, Show, Table, useLoaded } from "./load";

/** Shows the permissions of each role, and which were used since the cloud started. */
export function Permissions() {
  const roles = useLoaded("permissions", () => get<RolePermissions[]>("permissions"));
  return (
    <section class="page alone" aria-label="Permissions" tabIndex={0}>
      <h2>Permissions</h2>
      <p class="dim">
        A permission that was never used may still be needed: before you remove it, let the program
        do everything that it can do.
      </p>
      <label class="text">
        Role
        <input
          type="search"
          value={roleFilter}
          onInput={(event) => (roleFilter.value = event.currentTarget.value)}
        />
      </label>
      <Refresh of={roles} />
      <Show of={roles}>
        {(all) =>
          all
            .filter(({ roleName }) =>
              roleName.toLowerCase().includes(roleFilter.value.toLowerCase()),
            )
            .map((role) => <Role key={role.roleName} role={role} />)
        }
      </Show>
    </section>
  );
}

function Role({ role }: { role: RolePermissions }) {
  const denied = role.usage.filter((use) => use.denied > 0);
  const rows = role.policies.flatMap(({ document }) =>
    [document.Statement].flat().flatMap((statement) => rowsOf(statement, role.usage)),
  );
  return (
    <details class="role" open={denied.length > 0}>
      <summary>
        {short(role.roleName)} {denied.length > 0 && <b class="denial">{denied.length} denied</b>}
      </summary>
      {denied.length > 0 && (
        <Table
          head={["Denied action", "On", "Times"]}
          rows={denied.map(({ action, resource, denied: times }) => [action, resource, times])}
        />
      )}
      <Table
        none="It has no permissions."
        head={["Statement", "Effect", "Action", "On", "Use"]}
        rows={rows}
      />
    </details>
  );
}

/** Returns one row for each action of a statement. */
function rowsOf(
  { Sid = "", Effect, Action, NotAction, Resource, NotResource }: PolicyStatement,
  usage: readonly Usage[],
): ComponentChildren[][] {
  const on = [Resource ?? NotResource ?? []].flat().join(", ");
  const where = NotResource ? `all but ${on}` : on;
  if (NotAction) return [[Sid, Effect, `all but ${[NotAction].flat().join(", ")}`, where, ""]];
  return [Action ?? []].flat().map((action) => {
    const uses = usage.filter((use) => matches(action, use.action));
    const times = uses.reduce((sum, use) => sum + use.allowed, 0);
    const mark = times > 0 ? <b class="used">used {count(times, "time")}</b> : "never used";
    return [Sid, Effect, action, where, Effect === "Allow" ? mark : ""];
  });
}

/** Compares with wildcards, as IAM does: `*` is any text, `?` any character. */
function matches(pattern: string, action: string): boolean {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${text}$`, "i").test(action);
}
