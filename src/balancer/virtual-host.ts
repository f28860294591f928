import { quoted, word } from "./printer.ts";

/** Where requests for a service come in, and which of them are for it: one item of its `VIRTUAL_HOST`. */
export interface VirtualHost {
  /** The port at which the balancer listens; it says nothing about the container. */
  readonly port: number;
  /** Whether it was written for TLS: `https` or `wss`. */
  readonly isSecure: boolean;
  /** Whether only websockets are meant: `ws` or `wss`. */
  readonly isWebsocket: boolean;
  /** The host, with `*` for any text; empty for any host. */
  readonly host: string;
  /** The path, with `*` for any text; empty for any path. */
  readonly path: string;
  /** Whether it routes requests; an empty item only opens port 80. */
  readonly isRule: boolean;
}

/** The items of a `VIRTUAL_HOST`: `[scheme://]host[:port][/path], ...` (reference balancer.md 1.6). */
export function parseVirtualHosts(text: string): readonly VirtualHost[] {
  return text.split(",").map((item) => parseItem(item.trim()));
}

function parseItem(item: string): VirtualHost {
  const [, scheme = "http", rest = ""] = /^(?:(https?|wss?):\/\/)?(.*)$/is.exec(item) ?? [];
  const slash = rest.indexOf("/");
  const [authority, path] = slash === -1 ? [rest, ""] : [rest.slice(0, slash), rest.slice(slash)];
  const [, host = "", portText] = /^(.*?)(?::(\d+))?$/s.exec(authority) ?? [];
  const isSecure = /^(https|wss)$/i.test(scheme);
  const port = Number(portText ?? (isSecure ? 443 : 80));
  return {
    port: port >= 1 && port <= 65_535 ? port : isSecure ? 443 : 80,
    isSecure,
    isWebsocket: /^wss?$/i.test(scheme),
    host: host === "*" ? "" : host,
    path: path === "/*" ? "" : path,
    isRule: item !== "",
  };
}

/**
 * The conditions under which a request is for the service, as HAProxy writes them; none for every request. A value of
 * `}` alone would end the condition, in quotes or not.
 */
export function conditionsOf({ isWebsocket, host, path }: VirtualHost): readonly string[] {
  return [
    ...(isWebsocket ? ["{ hdr(Upgrade) -i websocket }"] : []),
    ...(path === "" ? [] : [path.includes("*") ? `{ path_reg -i ${pattern(path)} }` : `{ path -i ${literal(path)} }`]),
    ...(host === ""
      ? []
      : [
          host.includes("*") || host === "}"
            ? `{ hdr(host),host_only -m reg -i ${pattern(host)} }`
            : `{ hdr(host),host_only -i ${literal(host)} }`,
        ]),
  ];
}

/**
 * Sorts rules as the balancer tries them: the higher weight first; then websockets, an exact host, a host with `*`, an
 * exact path, the longer path.
 */
export function compareRules(one: WeightedHost, other: WeightedHost): number {
  const [first, second] = [rankOf(one), rankOf(other)];
  const at = first.findIndex((value, index) => value !== second[index]);
  return at === -1 ? 0 : second[at]! - first[at]!;
}

/** A virtual host with the weight of its service. */
export interface WeightedHost {
  readonly virtualHost: VirtualHost;
  readonly weight: number;
}

function rankOf({ virtualHost: { isWebsocket, host, path }, weight }: WeightedHost): readonly number[] {
  return [weight, isWebsocket ? 1 : 0, exactness(host), exactness(path), path.length];
}

function exactness(text: string): number {
  if (text === "") return 0;
  return text.includes("*") ? 1 : 2;
}

/** A regular expression for the whole text, in quotes. */
function pattern(text: string): string {
  const escaped = text.replace(/[\\^$.+?()[\]{}|]/g, "\\$&").replace(/\*+/g, ".*");
  return quoted(`^${escaped}$`);
}

/** A value as one word; behind `--` it may begin with a dash. */
function literal(text: string): string {
  return `${text.startsWith("-") ? "-- " : ""}${word(text)}`;
}
