/** The last words of names whose values are secrets, as one word or as the last words of a longer one. */
const secretWords = ["password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey", "credentials"];

/** Last words that are secrets only as words of their own: `bypass` and `compass` are none. */
const shortSecretWords: ReadonlySet<string> = new Set(["pass", "pwd", "pw"]);

/** The last two or three words of names whose values are secrets. */
const secretPhrases: ReadonlySet<string> = new Set([
  "api key",
  "access key",
  "account key",
  "auth key",
  "basic auth",
  "encryption key",
  "master key",
  "private key",
  "secret key",
  "session key",
  "signing key",
  "ssh key",
  "ssl key",
  "tls key",
  "key base",
]);

/** What every name of a secret contains: most names of a file are told by this alone. */
const partOfSecret = new RegExp(
  [...secretWords, ...shortSecretWords, ...[...secretPhrases].map((phrase) => phrase.split(" ")[0]!)].join("|"),
  "i",
);

/** Words with which a name says something about a secret: `MYSQL_ALLOW_EMPTY_PASSWORD`. */
const aboutSecrets = /^(allow|random|enable|enabled|disable|require|required|reset|use|public|min|max|length)$/;

/** Whether a variable, label or key of this name holds a secret, as far as its name tells. */
export function isSecretName(name: string): boolean {
  if (name.length > 200 || !partOfSecret.test(name)) return false;
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const last = words.at(-1) ?? "";
  if (words.some((word) => aboutSecrets.test(word))) return false;
  return (
    shortSecretWords.has(last) ||
    secretWords.some((word) => last.endsWith(word)) ||
    secretPhrases.has(words.slice(-2).join(" "))
  );
}

/** How the text of a private key begins, in whatever format. */
export const privateKeyStart = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const privateKeyEnd = /-----END [A-Z ]*PRIVATE KEY-----/;

/**
 * The text of a YAML file with `*` for each character of what looks like a secret: values of secret names, passwords in
 * URLs, private keys. Every other character stays at its offset.
 */
export function maskSecrets(text: string): string {
  let hidden: ((line: string) => boolean) | undefined;
  return text.replace(/[^\n]+/g, (line) => {
    if (hidden?.(line)) return masked(line, 0);
    const wasInKey = hidden === isBeforeKeyEnd;
    hidden = undefined;
    const { text: result, opens } = maskLine(line, wasInKey);
    hidden = opens;
    return result;
  });
}

/** Masks one line. `opens` says of the next lines whether they belong to a secret that begins here. */
function maskLine(
  line: string,
  endsKey: boolean,
): { readonly text: string; readonly opens: ((line: string) => boolean) | undefined } {
  if (endsKey) return { text: masked(line, 0), opens: undefined };
  const key = privateKeyStart.exec(line);
  const start = secretStart(line);
  const shown = maskUrlPasswords(start === undefined ? line : masked(line, start));
  if (key) {
    const from = key.index + key[0].length;
    return { text: masked(shown, from), opens: privateKeyEnd.test(line.slice(from)) ? undefined : isBeforeKeyEnd };
  }
  const isBlock = start !== undefined && /^[|>][-+\d]*\s*$/.test(line.slice(start));
  if (!isBlock) return { text: shown, opens: undefined };
  const indent = indentOf(line);
  return { text: shown, opens: (next) => next.trim() === "" || indentOf(next) > indent };
}

function isBeforeKeyEnd(line: string): boolean {
  return !privateKeyEnd.test(line);
}

/**
 * Where the value of the first secret of a line begins: `NAME=value`, `NAME: value`, and at the beginning of an item or
 * a text, where `=` was forgotten, `NAME:value` and `NAME value`.
 */
function secretStart(line: string): number | undefined {
  if (!partOfSecret.test(line)) return undefined;
  for (const { 0: name, index } of line.matchAll(/[A-Za-z_][\w.-]*/g)) {
    const separator = /["']?(?:\s*([:=])\s*|\s+)/y;
    separator.lastIndex = index + name.length;
    const found = separator.exec(line);
    if (!found || separator.lastIndex === line.length || !isSecretName(name)) continue;
    const isFirst = /^[\s"'-]*$/.test(line.slice(0, index));
    const isPair = isFirst || found[1] === "=" || (found[1] === ":" && /\s$/.test(found[0]));
    if (isPair) return separator.lastIndex;
  }
  return undefined;
}

/** Masks `secret` in `scheme://user:secret@host`. */
function maskUrlPasswords(line: string): string {
  if (!line.includes("://")) return line;
  return line.replace(/:\/\/[^\s/?#"'@]*@/g, (authority) => {
    const colon = authority.indexOf(":", 3);
    return colon === -1 ? authority : `${masked(authority.slice(0, -1), colon + 1)}@`;
  });
}

function masked(line: string, from: number): string {
  return line.slice(0, from) + line.slice(from).replace(/[^\s"']/g, "*");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
