/** A part of a text that may be the name of a host. */
export interface HostName {
  readonly text: string;
  /** Where it begins. */
  readonly index: number;
  /**
   * What its surroundings make of it: an address in a URL or before a port, a word that stands by itself, or a part of
   * something else, such as a path or an address of mail.
   */
  readonly kind: "address" | "word" | "part";
}

/**
 * Every word of a text that could be the name of a host, in the text's order. Names of users and passwords in URLs are
 * left out. Takes time in proportion to the text.
 */
export function hostNames(text: string): readonly HostName[] {
  const authorities = authoritiesOf(text);
  let next = 0;
  const found: HostName[] = [];
  for (const { 0: name, index } of text.matchAll(/[A-Za-z0-9_][\w-]*(?:\.[A-Za-z0-9_][\w-]*)*/g)) {
    while (next < authorities.length && authorities[next]!.end <= index) next++;
    const authority = authorities[next];
    const isInUrl = authority !== undefined && index >= authority.start;
    if (isInUrl && index < authority.hosts) continue;
    found.push({ text: name, index, kind: isInUrl ? "address" : kindOf(text, index, index + name.length) });
  }
  return found;
}

/** The words of a name, in lower case. `DB_HOSTNAMES` has `db` and `hostnames`. */
export function wordsOfName(name: string): readonly string[] {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

interface Authority {
  readonly start: number;
  /** Where the hosts begin, behind `user:password@`. */
  readonly hosts: number;
  readonly end: number;
}

/** What stands between `://` and the path, for each URL; a list of hosts has one for all. */
function authoritiesOf(text: string): readonly Authority[] {
  const authorities: Authority[] = [];
  for (let at = text.indexOf("://"); at !== -1; at = text.indexOf("://", at + 3)) {
    const start = at + 3;
    const end = start + (/^[^\s/?#"'`|;<>()\\]*/.exec(text.slice(start, start + longestAuthority))?.[0].length ?? 0);
    const user = text.lastIndexOf("@", end - 1);
    authorities.push({ start, hosts: user >= start ? user + 1 : start, end });
  }
  return authorities;
}

const longestAuthority = 2000;

function kindOf(text: string, start: number, end: number): HostName["kind"] {
  const isBegin = start === 0 || /[\s,;=|"'`()[\]<>@&]/.test(text[start - 1]!);
  const rest = text.slice(end, end + 7);
  if (isBegin && /^:\d{2,5}(?![\d.])/.test(rest)) return "address";
  return isBegin && /^(?:$|[\s,;|"'`()[\]<>&])/.test(rest) ? "word" : "part";
}
