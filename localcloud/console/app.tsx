import "./app.css";
import { render } from "preact";
import { addressOf, route } from "./address";
import { instant } from "./format";
import { Live } from "./live/live";
import { Permissions } from "./pages/permissions";
import { Resources } from "./pages/resources";
import { Time } from "./pages/time";
import { link, now, openTrace, type Link } from "./state";

const PAGES = [
  ["", "Live"],
  ["resources", "Resources"],
  ["permissions", "Permissions"],
  ["time", "Faults and time"],
] as const;

const LINK_TEXTS: Readonly<Record<Link, string>> = {
  connecting: "connecting",
  live: "live",
  lost: "not connected, trying again",
  restarted: "started again, earlier traces are gone",
};

function App() {
  const [page] = route.value.split("/");
  return (
    <div class={`app ${openTrace.value ? "has-trace" : ""}`}>
      <Top page={page === "trace" ? "" : page} />
      <main>{pageOf(page)}</main>
    </div>
  );
}

function pageOf(page: string) {
  switch (page) {
    case "resources":
      return <Resources />;
    case "permissions":
      return <Permissions />;
    case "time":
      return <Time />;
    default:
      return <Live />;
  }
}

function Top({ page }: { page: string }) {
  document.title = `${PAGES.find(([path]) => path === page)?.[1] ?? "Live"} - localcloud`;
  return (
    <header class="top">
      <h1>localcloud</h1>
      <nav aria-label="Pages">
        {PAGES.map(([path, name]) => (
          <a href={addressOf(path)} key={path} aria-current={path === page ? "page" : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <p class={`link ${link.value}`} role="status">
        <i aria-hidden="true" />
        <span>{LINK_TEXTS[link.value]}</span>
      </p>
      <p class="time" title="Time of the cloud">
        {now.value > 0 && `${instant(now.value)} UTC`}
      </p>
    </header>
  );
}

render(<App />, document.body);
