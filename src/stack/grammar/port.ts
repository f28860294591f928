import type { Range } from "../model.ts";

/** What a port text means. */
export interface ParsedPort {
  readonly host: Range | undefined;
  readonly container: Range;
  readonly protocol: "tcp" | "udp";
}

/** Parses `[HOST:]CONTAINER[/tcp|/udp]`, each a number or a range `FIRST-LAST`; the problem with any other text. */
export function parsePort(text: string): ParsedPort | { readonly problem: string } {
  const match = /^(?:([\d-]*):)?([\d-]+)(?:\/(\w+))?$/.exec(text);
  if (!match) return { problem: problemOf(text) };
  const [, hostText, containerText = "", protocolText = "tcp"] = match;
  const protocol = protocolText.toLowerCase();
  if (protocol !== "tcp" && protocol !== "udp") return { problem: "the protocol must be `tcp` or `udp`" };
  const container = parseRange(containerText);
  if ("problem" in container) return container;
  if (hostText === undefined) return { host: undefined, container, protocol };
  const host = parseRange(hostText);
  if ("problem" in host) return host;
  if (host.last - host.first !== container.last - container.first)
    return { problem: "both ranges must have the same length" };
  return { host, container, protocol };
}

/** The shortest text that means a port: `parsePort(printPort(port))` equals `port`. */
export function printPort({ host, container, protocol }: ParsedPort): string {
  return `${host ? `${printRange(host)}:` : ""}${printRange(container)}${protocol === "udp" ? "/udp" : ""}`;
}

/** `80`, or `8000-8010`. */
export function printRange({ first, last }: Range): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function problemOf(text: string): string {
  if (/^\d+\.\d+\.\d+\.\d+:/.test(text)) return "an IP address of the host is not supported";
  if (/^[\d-]+:(\/\w*)?$/.test(text)) return "the port of the container is missing";
  if (/^[\d:-]+$/.test(text)) return "it has more than one `:`";
  return "it can have only digits, one `:`, `-` for a range, and a protocol after `/`";
}

function parseRange(text: string): Range | { readonly problem: string } {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) return { problem: text === "" ? "the port of the host is missing" : "a range must be `FIRST-LAST`" };
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (first < 1 || last > 65_535) return { problem: "a port must be a number from 1 to 65535" };
  return first <= last ? { first, last } : { problem: "a range must go from the lower to the higher number" };
}
