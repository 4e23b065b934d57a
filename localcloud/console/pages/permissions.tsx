import type { RolePermissions } from "../../cloud/console/permissions";
import { get } from "../api";
import { short } from "../format";
import { useSignal } from "@preact/signals";
import { Show, Table, useLoaded } from "./load";

/** Shows the permissions of each role, and which were used since the cloud started. */
export function Permissions() {
  const roles = useLoaded("permissions", () => get<RolePermissions[]>("permissions"));
  const words = useSignal("");
  return (
    <section class="page alone" aria-label="Permissions" tabIndex={0}>
      <h2>Permissions</h2>
      <p class="dim">
        What nothing has used yet may be needed all the same: drive the program through everything
        it does before you take it away.
      </p>
      <label class="text">
        Role
        <input
          type="search"
          value={words}
          onInput={(event) => (words.value = event.currentTarget.value)}
        />
      </label>
      <Show of={roles}>
        {(all) =>
          all
            .filter(({ roleName }) => roleName.includes(words.value))
            .map((role) => <Role key={role.roleName} role={role} />)
        }
      </Show>
    </section>
  );
}

function Role({ role }: { role: RolePermissions }) {
  const denied = role.usage.filter((use) => use.denied > 0);
  const grants = role.policies.flatMap(({ document }) => [document.Statement].flat());
  const rows = grants.flatMap(({ Sid = "", Action = [], Resource = [] }) =>
    [Action].flat().map((action) => {
      const uses = role.usage.filter((use) => matches(action, use.action));
      const count = uses.reduce((sum, use) => sum + use.allowed, 0);
      const mark = count > 0 ? <b class="used">used {count} times</b> : <span>never used</span>;
      return [Sid, action, [Resource].flat().join(", "), mark];
    }),
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
      <Table head={["Statement", "Granted", "On", "Use"]} rows={rows} />
    </details>
  );
}

function matches(pattern: string, action: string): boolean {
  const text = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${text}$`, "i").test(action);
}
