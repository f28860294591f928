/** What a volume text means. */
export type ParsedVolume =
  | { readonly kind: "anonymous"; readonly target: string }
  | {
      readonly kind: "host" | "relative" | "named";
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
    };

/** Parses `/container`, `source:/container` and `source:/container:ro|rw`; what is wrong with it otherwise. */
export function parseVolume(text: string): ParsedVolume | { readonly problem: string } {
  const parts = text.split(":");
  const [first = "", second, mode, ...rest] = parts;
  if (rest.length > 0) return { problem: "it contains more than two `:`" };
  if (parts.some((part) => part === "")) return { problem: "the text before or after a `:` is empty" };
  if (second === undefined)
    return first.startsWith("/")
      ? { kind: "anonymous", target: first }
      : { problem: "the path in the container must be absolute" };
  if (mode === undefined && first.startsWith("/") && /^(ro|rw)$/i.test(second))
    return { problem: "the path on the host is missing" };
  if (!second.startsWith("/")) return { problem: "the path in the container must be absolute" };
  if (mode !== undefined && !/^(ro|rw)$/i.test(mode))
    return { problem: "the text after the second `:` must be `ro` or `rw`" };
  const kind = kindOf(first);
  if (kind === "named" && !/^[A-Za-z0-9][\w.-]*$/.test(first))
    return { problem: "a volume name must consist of letters, digits, `-`, `_` and `.`" };
  return { kind, source: first, target: second, readOnly: mode?.toLowerCase() === "ro" };
}

/** `parseVolume(printVolume(volume))` is the volume again. */
export function printVolume(volume: ParsedVolume): string {
  return volume.kind === "anonymous"
    ? volume.target
    : `${volume.source}:${volume.target}${volume.readOnly ? ":ro" : ""}`;
}

/** The path of a mount as the engine compares it. */
export function mountPoint(target: string): string {
  return target.replace(/\/+$/, "") || "/";
}

function kindOf(source: string): "host" | "relative" | "named" {
  if (source.startsWith("/")) return "host";
  return /^[.~]|\//.test(source) ? "relative" : "named";
}
