import { tokenIn } from "./route.ts";

/** Where the token is kept: for one tab, and no longer. */
const place = "tutum-stack token";

/** Takes the token out of the address, so that neither history nor bookmarks keep it. */
export function takeToken(): void {
  const given = tokenIn(location.hash);
  if (given === undefined) return;
  keepToken(given);
  history.replaceState(null, "", "#/");
}

/** The token of this tab; empty without one. */
export function token(): string {
  return sessionStorage.getItem(place) ?? "";
}

/** Keeps a token for this tab. */
export function keepToken(text: string): void {
  sessionStorage.setItem(place, text.trim());
}
