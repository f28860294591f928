import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { isReadOnly, startLive, useLive, type Connection, type Live } from "./live.ts";
import { Loading } from "./pieces.tsx";
import { refreshAll } from "./poll.ts";
import { addressOf, routeOf, type Route } from "./route.ts";
import type * as AllScreens from "./screens.ts";
import { Services } from "./services.tsx";
import { Store, useStore } from "./store.ts";
import { takeToken, token } from "./token.ts";
import { clockOf, sentence } from "./words.ts";

const route = new Store(routeOf(location.hash));

addEventListener("hashchange", () => {
  const before = token();
  takeToken();
  if (token() !== before) startLive();
  route.set(routeOf(location.hash));
});

/** The whole page. */
export function App(): VNode {
  const live = useLive();
  const shown = useStore(route);
  const { kind } = live.connection;
  useTitle(kind === "token" ? undefined : shown);
  return (
    <>
      <header>
        <div class="bar">
          <a class="brand" href={addressOf({ screen: "services" })}>
            tutum-stack
          </a>
          {isReadOnly && <span class="tag">Read-only</span>}
          <Health live={live} />
        </div>
      </header>
      <main class={kind === "server" || kind === "engine" || kind === "trouble" ? "stale" : ""}>
        <Screen key={kind === "token" ? "token" : addressOf(shown)} route={kind === "token" ? undefined : shown} />
      </main>
      <Trouble connection={live.connection} />
    </>
  );
}

/** Names the window after the screen, and moves the focus to the heading of one that was opened. */
function useTitle(shown: Route | undefined): void {
  const isFirst = useRef(true);
  const address = shown ? addressOf(shown) : "";
  useEffect(() => {
    document.title = shown ? [titleOf(shown), "tutum-stack"].join(" · ") : "tutum-stack";
    if (!isFirst.current) document.getElementById("title")?.focus();
    isFirst.current = false;
  }, [address]);
}

function titleOf(shown: Route): string {
  if (shown.screen === "service") return `${shown.service} in ${shown.stack}`;
  if (shown.screen === "stack") return shown.stack;
  return { launch: "Launch new service", "new-stack": "New stack", services: "Services" }[shown.screen];
}

const health: Readonly<Record<Connection["kind"], readonly [string, string]>> = {
  loading: ["busy", "Connecting"],
  live: ["good", "Live"],
  token: ["off", "No token"],
  server: ["bad", "Server away"],
  engine: ["bad", "Docker away"],
  trouble: ["bad", "Trouble"],
};

function Health({ live: { connection, machine } }: { readonly live: Live }): VNode {
  const { kind } = connection;
  const [mood, word] = health[kind];
  return (
    <span class="health" role="status">
      {machine && kind === "live" && (
        <span class="quiet machine">
          Docker {machine.docker_version} on {machine.nickname}
        </span>
      )}
      <span class={`state ${mood}`}>
        <span class="dot" aria-hidden="true" />
        {word}
      </span>
    </span>
  );
}

/** Says why nothing is new, without moving what is shown. */
function Trouble({ connection: now }: { readonly connection: Connection }): VNode | null {
  if (!("reason" in now)) return null;
  return (
    <div class="trouble" role="alert">
      <p>
        {sentence(now.reason)} Since {clockOf(now.since)}, this page is out of date. It tries again every 2 s.
      </p>
      <button type="button" onClick={refreshAll}>
        Try now
      </button>
    </div>
  );
}

/** A screen; without a route, the one that asks for the token. */
function Screen({ route: shown }: { readonly route: Route | undefined }): VNode {
  if (shown?.screen === "services") return <Services />;
  return <Later>{(screens) => otherScreen(screens, shown)}</Later>;
}

function otherScreen(screens: Screens, shown: Exclude<Route, { readonly screen: "services" }> | undefined): VNode {
  switch (shown?.screen) {
    case "launch":
      return <screens.Launch />;
    case "new-stack":
      return <screens.NewStack />;
    case "stack":
      return <screens.StackScreen {...shown} />;
    case "service":
      return <screens.ServiceScreen {...shown} />;
    case undefined:
    default:
      return <screens.AskForToken />;
  }
}

type Screens = typeof AllScreens;

/** What can be shown only after its code is loaded. */
function Later({ children: show }: { readonly children: (screens: Screens) => VNode }): VNode {
  const [screens, setScreens] = useState<Screens | "failed">();
  useEffect(() => {
    Promise.all([import("./screens.ts"), loadStyles()]).then(
      ([loaded]) => setScreens(loaded),
      () => setScreens("failed"),
    );
  }, []);
  useEffect(() => {
    if (screens) document.getElementById("title")?.focus();
  }, [screens]);
  if (!screens) return <Loading />;
  if (screens !== "failed") return show(screens);
  return (
    <div class="notice bad" role="alert">
      <p>This screen cannot be loaded. The server may have stopped, or may have been updated.</p>
      <button type="button" onClick={() => location.reload()}>
        Load the page again
      </button>
    </div>
  );
}

let styles: Promise<unknown> | undefined;

/** Loads the style sheet of all screens but the first. */
function loadStyles(): Promise<unknown> {
  return (styles ??= new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/screens.css" });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      styles = undefined;
      reject(new Error("no style sheet"));
    });
    document.head.append(link);
  }));
}
