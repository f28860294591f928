/** What a volume text means. */
export type ParsedVolume =
  | { readonly kind: "anonymous"; readonly mountPath: string }
  | {
      readonly kind: "host" | "relative" | "named";
      readonly source: string;
      readonly mountPath: string;
      readonly readOnly: boolean;
    };

/** Parses `/container`, `source:/container` and `source:/container:ro|rw`; the problem with any other text. */
export function parseVolume(text: string): ParsedVolume | { readonly problem: string } {
  const parts = text.split(":");
  const [first = "", second, mode, ...rest] = parts;
  if (rest.length > 0) return { problem: "it contains more than two `:`" };
  if (parts.some((part) => part === "")) return { problem: "the text before or after a `:` is empty" };
  if (second === undefined)
    return first.startsWith("/")
      ? { kind: "anonymous", mountPath: first }
      : { problem: "the path in the container must begin with `/`" };
  if (mode === undefined && first.startsWith("/") && /^(ro|rw)$/i.test(second))
    return { problem: "the path on the host is missing" };
  if (!second.startsWith("/")) return { problem: "the path in the container must begin with `/`" };
  if (mode !== undefined && !/^(ro|rw)$/i.test(mode))
    return { problem: "the text after the second `:` must be `ro` or `rw`" };
  const kind = kindOf(first);
  if (kind === "named" && !/^[A-Za-z0-9][\w.-]*$/.test(first))
    return { problem: "a volume name must consist of letters, digits, `-`, `_` and `.`" };
  return { kind, source: first, mountPath: second, readOnly: mode?.toLowerCase() === "ro" };
}

/** The text that means a volume: `parseVolume(printVolume(volume))` equals `volume`. */
export function printVolume(volume: ParsedVolume): string {
  return volume.kind === "anonymous"
    ? volume.mountPath
    : `${volume.source}:${volume.mountPath}${volume.readOnly ? ":ro" : ""}`;
}

/** A path in the container as Docker compares it: without slashes at the end. */
export function mountPoint(mountPath: string): string {
  return mountPath.replace(/\/+$/, "") || "/";
}

function kindOf(source: string): "host" | "relative" | "named" {
  if (source.startsWith("/")) return "host";
  return /^[.~]|\//.test(source) ? "relative" : "named";
}
