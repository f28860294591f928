import type { Report } from "../../diagnostics/diagnostic.ts";
import { isSecretName, privateKeyStart } from "../../text/secrets.ts";
import type { Stack, Variable } from "../model.ts";

/** No variable holds a key, a token or a password: they would be in a second file now. Reported once for a file. */
export function secretInFile({ services }: Stack, report: Report): void {
  const found = [...services.values()].flatMap((service) =>
    service.environment.filter(holdsSecret).map((variable) => ({ service: service.name, ...variable })),
  );
  const [first] = found;
  if (!first) return;
  const { service, name, origin } = first;
  const isItem = typeof origin.at(-1) === "number";
  const others = new Set(found.map((variable) => variable.name)).size - 1;
  report("secret-in-file", { path: origin, part: isItem ? { text: name } : "key" }, { service, name, isItem, others });
}

function holdsSecret({ name, value }: Variable): boolean {
  if (value === null) return false;
  return privateKeyStart.test(value) || (isSecretName(name) && isLiteral(value));
}

/**
 * Whether a value can be a real secret: no word that everybody tries first, no placeholder, no place of another file.
 */
function isLiteral(value: string): boolean {
  const text = value.trim().replace(/^(["'])(.*)\1$/s, "$2");
  return text.length > 3 && !commonWords.test(text) && !placeholder.test(text);
}

const placeholder = /^\W*$|^[</.]|[{}<$]|^https?:|\*\*|##|change.?(me|it)|^your|example/i;

const commonWords = new RegExp(
  `^(${[
    "root|admin|administrator|guest|test|testing|secret|password|passwd|pass|user|demo|dev",
    "postgres|mysql|mongo|redis|none|null|true|false|yes|no|\\d{1,6}",
  ].join("|")})\\d{0,4}$`,
  "i",
);
