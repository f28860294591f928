/**
 * How a YAML 1.1 reader (the old clients used PyYAML) reads an unquoted text, in words; undefined when YAML 1.2 gives
 * the same text or number. Source: yaml.org/type/{bool,int,float,timestamp,null}, as PyYAML implements them (`y` and
 * `n` stay text).
 */
export function yaml11Reading(text: string): string | undefined {
  if (/^(yes|Yes|YES|on|On|ON)$/.test(text)) return "true";
  if (/^(no|No|NO|off|Off|OFF)$/.test(text)) return "false";
  if (!/^[-+]?[0-9]/.test(text)) return undefined;
  if (/^[-+]?0[0-7_]+$/.test(text)) return `the number ${integer(text, 8)}`;
  if (/^[-+]?0b[01_]+$/.test(text)) return `the number ${integer(text.replace("0b", ""), 2)}`;
  if (/^([-+]0x[\da-fA-F_]+|0x(?=.*_)[\da-fA-F_]+)$/.test(text))
    return `the number ${integer(text.replace("0x", ""), 16)}`;
  if (/^[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+$/.test(text)) return `the number ${sexagesimal(text)}`;
  if (/^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*$/.test(text)) return `the number ${pythonFloat(sexagesimal(text))}`;
  if (/^[-+]?[1-9][0-9]*_[0-9_]*$/.test(text)) return `the number ${integer(text, 10)}`;
  if (/^[-+]?[0-9][0-9_]*\.[0-9_]*$/.test(text) && text.includes("_"))
    return `the number ${pythonFloat(Number(text.replaceAll("_", "")))}`;
  if (/^\d{4}-\d\d-\d\d$/.test(text) || /^\d{4}-\d\d?-\d\d?([Tt]|[ \t]+)\d\d?:\d\d:\d\d/.test(text)) return "a date";
  return undefined;
}

/**
 * Whether an unquoted text is a number for PyYAML too, but in an unusual form: `1.10`, `0x1F`, `+5`. Not `0o17` and
 * `1e3`, which PyYAML reads as text.
 */
export function isNumberOtherwise(text: string): boolean {
  return /^(\+\d+|[-+]?0x[\da-fA-F]+|[-+]?(\d+\.\d*|\.\d+)([eE][-+]\d+)?)$/.test(text);
}

/**
 * A fraction as Python writes it. The old clients sent what PyYAML read as JSON (dockercloud-cli,
 * get_services_from_stackfiles), in which `1.0` keeps its `.0`. The platform made a text of it, most likely in Python
 * as well; its source was never published.
 */
export function pythonFloat(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16))
    return value.toExponential().replace(/e([-+])(\d)$/, (_, sign: string, digit: string) => `e${sign}0${digit}`);
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/**
 * Whether some reader of YAML 1.1 or 1.2 reads an unquoted text as another value, or it looks as if one could: `2nd`,
 * `./bin`.
 */
export function isAmbiguous(text: string): boolean {
  return isReadOtherwise(text) || /^[-+.]?[\d.]/.test(text);
}

/**
 * Whether some reader of YAML 1.1 or 1.2 reads an unquoted text as another value. `256m` and `./bin` are text to all of
 * them. Some read `e0` as a number, although it has no digit before the `e`.
 */
export function isReadOtherwise(text: string): boolean {
  const isWord = /^(y|n|true|false|null|~|=|<<|[-+]?\.(inf|nan)|[-+]?(\.[\d_]*)?e[-+]?\d+)$/i.test(text);
  const isLikeNumber = /^[-+.]*\d[\da-fox_.:+\- tz]*$/i.test(text);
  return isWord || isLikeNumber || yaml11Reading(text) !== undefined;
}

function integer(text: string, base: number): number {
  const digits = text.replaceAll("_", "");
  return Number.parseInt(digits, base);
}

function sexagesimal(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  const parts = text.replace(/^[-+]/, "").replaceAll("_", "").split(":");
  return sign * parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}
