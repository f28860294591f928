import { spawnSync } from "node:child_process";
import { test } from "vitest";

/**
 * Why comparisons with PyYAML cannot run here; undefined when they can. In CI they run whatever is missing, and fail.
 */
export const missingPyYaml =
  process.env["CI"] || python("import yaml").ok ? undefined : "needs python3 with PyYAML: pip install pyyaml";

/** `test`, skipped with a reason in its name where PyYAML is missing. */
export function testWithPyYaml(name: string, body: () => void): void {
  test.skipIf(missingPyYaml)(missingPyYaml ? `${name} (${missingPyYaml})` : name, body);
}

/**
 * What PyYAML reads in each text, all in one process; undefined where it refuses the text. Integers come as text, other
 * values as in JSON.
 */
export function readByPyYaml(
  texts: readonly string[],
): readonly (readonly [type: string, value: unknown] | undefined)[] {
  const { ok, stdout, stderr } = python(script, JSON.stringify(texts));
  if (!ok) throw new Error(`python3 with PyYAML failed: ${stderr}`);
  return (JSON.parse(stdout) as ([string, unknown] | null)[]).map((read) => read ?? undefined);
}

const script = `
import json, sys, yaml

def plain(value):
    if isinstance(value, dict):
        return [[plain(key), plain(item)] for key, item in value.items()]
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (str, bool)) else str(value)

def read(text):
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return None
    return [type(value).__name__, plain(value)]

json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
`;

function python(code: string, input = ""): { readonly ok: boolean; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync("python3", ["-X", "utf8", "-c", code], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { ok: status === 0, stdout, stderr };
}
