import { batch, effect, signal } from "@preact/signals";

/** Part of the address after `#/`, without the query. */
export const route = signal("");
export const filter = signal("");
export const problemsOnly = signal(false);
/** True to show also traces without effects: calls of the user's own tools, alarms without an action. */
export const everything = signal(false);
/** Text that the names of the shown roles contain. */
export const roleFilter = signal("");
/** Id of the span whose details are shown. */
export const openSpan = signal<string | undefined>(undefined);

/** Returns the address of a page with the filters that are set there, so that links and a reload keep them. */
export function addressOf(path: string): string {
  const query = new URLSearchParams();
  if (isLive(path)) {
    if (filter.value !== "") query.set("filter", filter.value);
    if (problemsOnly.value) query.set("problems", "1");
    if (everything.value) query.set("all", "1");
    if (openSpan.value !== undefined && path === route.value) query.set("span", openSpan.value);
  }
  if (path === "permissions" && roleFilter.value !== "") query.set("role", roleFilter.value);
  const text = query.toString();
  return `#/${path}${text === "" ? "" : `?${text}`}`;
}

/** Decodes a part of the address; one that is not valid is returned unchanged. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isLive(path: string): boolean {
  return path === "" || path.startsWith("trace/");
}

function read(): void {
  const [path, text] = location.hash.replace(/^#\/?/, "").split("?");
  const query = new URLSearchParams(text);
  batch(() => {
    route.value = path;
    openSpan.value = query.get("span") ?? undefined;
    if (isLive(path)) {
      filter.value = query.get("filter") ?? "";
      problemsOnly.value = query.has("problems");
      everything.value = query.has("all");
    }
    if (path === "permissions") roleFilter.value = query.get("role") ?? "";
  });
}

read();
addEventListener("hashchange", read);
effect(() => {
  const address = addressOf(route.value);
  if (location.hash !== address) history.replaceState(undefined, "", address);
});
