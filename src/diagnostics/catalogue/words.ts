import { maskSecrets } from "../../text/secrets.ts";

/** Text of the user in backticks, shortened if it is long. What looks like a secret is masked. */
export function quote(text: string): string {
  const shown = maskSecrets(text);
  return `\`${shown.length > 80 ? `${shown.slice(0, 77).replace(/[\ud800-\udbff]$/, "")}...` : shown}\``;
}

/** "a", "a and b", "a, b, and c", each quoted. */
export function listOf(texts: readonly string[], conjunction: "and" | "or" = "and"): string {
  const quoted = texts.map(quote);
  const last = quoted.at(-1) ?? "";
  if (quoted.length < 3) return quoted.join(` ${conjunction} `);
  return `${quoted.slice(0, -1).join(", ")}, ${conjunction} ${last}`;
}

/**
 * A hint at `--interpolate` for a text that contains a variable, which must be written without a default or the like.
 */
export function variableHint(text: string): string | undefined {
  const [found, name] = /\$(?:[A-Za-z_]|\{([A-Za-z_]\w*)(?::?[-?+][^}]*)?\})/.exec(text) ?? [];
  if (found === undefined) return undefined;
  const plain =
    name === undefined || found === `\${${name}}` ? "" : ` and write ${quote(`\${${name}}`)}, without a default,`;
  return `use \`--interpolate\`${plain} if you mean a variable of the shell`;
}

/** A question about the nearest known name, if there is one. */
export function similar(what: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `did you mean the ${what} ${quote(name)}?`;
}

/** How a message calls a `$`. That of a secret is not shown. */
export function dollarOf(found: string, secret: string | undefined): string {
  return secret === undefined ? quote(found) : `a \`$\` in ${quote(secret)}`;
}

/**
 * What to write to keep what ran until now, and what for the text of the file. The old clients made no text of a
 * boolean: they sent JSON (dockercloud-cli, get_services_from_stackfiles), and the platform, whose source was never
 * published, made the text. docker-compose 1, by the same people in Python, made `True` and `False`
 * (docker/compose#1788). Python's JSON cannot hold a date, so no client ever sent one.
 */
export function bothReadings(text: string, read: string, now: string, isNumeric: boolean): readonly string[] {
  const number = /^the number (.*)$/s.exec(read)?.[1];
  if (isNumeric) {
    const kept = `write ${quote(number ?? read)} to keep what the old platform read`;
    return now === "text" ? [kept] : [kept, `write ${quote(now.replace("the number ", ""))} if that is meant`];
  }
  const old = read === "true" ? "True" : read === "false" ? "False" : number;
  return [
    ...(old === undefined ? [] : [`write ${quote(`"${old}"`)} to keep what the old platform read`]),
    `write ${quote(`"${text}"`)} if the text is meant`,
  ];
}
