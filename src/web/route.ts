/** A screen, as the fragment of the address names it. */
export type Route =
  | { readonly screen: "services" }
  | { readonly screen: "launch" }
  | { readonly screen: "new-stack" }
  | { readonly screen: "stack"; readonly stack: string }
  | { readonly screen: "service"; readonly stack: string; readonly service: string };

/** The address of a screen. */
export function addressOf(route: Route): string {
  switch (route.screen) {
    case "launch":
      return "#/launch";
    case "new-stack":
      return "#/new-stack";
    case "stack":
      return `#/stack/${encodeURIComponent(route.stack)}`;
    case "service":
      return `#/service/${encodeURIComponent(route.stack)}/${encodeURIComponent(route.service)}`;
    case "services":
    default:
      return "#/";
  }
}

/** The screen of a fragment: the list of services for anything else. */
export function routeOf(fragment: string): Route {
  const [screen, stack, service] = fragment.replace(/^#\/?/, "").split("/").map(decoded);
  if (screen === "launch" || screen === "new-stack") return { screen };
  if (screen === "stack" && stack) return { screen, stack };
  if (screen === "service" && stack && service) return { screen, stack, service };
  return { screen: "services" };
}

/** The token in the fragment of an address, as `serve` prints it: `#token=…`; undefined without one. */
export function tokenIn(fragment: string): string | undefined {
  return /^#token=([\w-]{1,512})$/.exec(fragment)?.[1];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
