import { describe, expect, test } from "vitest";
import { diagnosing } from "../../src/diagnostics/diagnostic.ts";
import { renderFrames } from "../../src/diagnostics/render/pretty.ts";
import { run } from "../support/memory-io.ts";
import { isSecretName, maskSecrets } from "../../src/text/secrets.ts";

describe("names of secrets", () => {
  test.each([
    "PASSWORD",
    "MYSQL_ROOT_PASSWORD",
    "PGPASSWORD",
    "REDIS_PASS",
    "githubToken",
    "slack.token",
    "AWS_SECRET_ACCESS_KEY",
    "SECRET_KEY_BASE",
    "API_KEY",
    "HTTP_BASIC_AUTH",
    "SESSION_SECRET",
  ])("%s", (name) => expect(isSecretName(name)).toBe(true));

  test.each([
    "MYSQL_ALLOW_EMPTY_PASSWORD",
    "MYSQL_RANDOM_ROOT_PASSWORD",
    "PASSWORD_FILE",
    "TOKEN_URL",
    "TOKEN_LIFETIME",
    "PUBLIC_KEY",
    "SSH_PUBLIC_KEY",
    "AWS_ACCESS_KEY_ID",
    "BYPASS",
    "COMPASS",
    "KEYBOARD",
    "MONKEY",
    "",
  ])("not %s", (name) => expect(isSecretName(name)).toBe(false));
});

describe("what a frame shows of a line", () => {
  test.each([
    ["  - PASSWORD=P@$w0rd", "  - PASSWORD=*******"],
    ["    DB_PASSWORD: a b # c", "    DB_PASSWORD: * * * *"],
    ['  "API_KEY": "abc"', '  "API_KEY": "***"'],
    ["  - MYSQL_ROOT_PASSWORD:abc", "  - MYSQL_ROOT_PASSWORD:***"],
    ["  environment: { LEVEL: 1, A_TOKEN: abc }", "  environment: { LEVEL: 1, A_TOKEN: *** *"],
    ["  - URL=postgres://me:abc@db:5432/x", "  - URL=postgres://me:***@db:5432/x"],
    ["  command: run --password=abc", "  command: run --password=***"],
  ])("%s", (line, shown) => expect(maskSecrets(line)).toBe(shown));

  test.each([
    "  - PASSWORD",
    "  image: me/token:latest",
    "  - URL=http://db:5432/x",
    "  - MAIL=me@example.com",
    "  - PASSWORD_FILE=/run/secrets/a",
    "-----BEGIN CERTIFICATE-----",
  ])("all of %s", (line) => expect(maskSecrets(line)).toBe(line));

  test("nothing of a private key, but what follows it", () => {
    const text = "a: |\n  -----BEGIN RSA PRIVATE KEY-----\n  MIIE\n\n  x=\n  -----END RSA PRIVATE KEY-----\nb: c\n";
    expect(maskSecrets(text)).toBe(
      `a: |\n  -----BEGIN RSA PRIVATE KEY-----\n  ****\n\n  **\n  ${"*".repeat(8)} *** ${"*".repeat(7)} ${"*".repeat(8)}\nb: c\n`,
    );
  });

  test("nothing of a block, but what follows it", () => {
    expect(maskSecrets("a:\n  SECRET: |\n    one\n\n    two\n  MODE: b\n")).toBe(
      "a:\n  SECRET: *\n    ***\n\n    ***\n  MODE: b\n",
    );
  });

  test("marks where they belong", () => {
    const text = "PASSWORD: a$b\n";
    const found = diagnosing({ name: "stack.yml", text })("duplicate-key", [{ start: 11, end: 13 }], { key: "a" });
    expect(renderFrames([found], { name: "stack.yml", text })).toContain(
      "1 | PASSWORD: ***\n  |            ^^ this one is used",
    );
  });
});

/** Items and keys of `environment`, each with a mistake that a message quotes, and with `hunter22` or `2_222` in it. */
const mistakes = [
  '- PASSWORD=hunter22"',
  '- "PASSWORD=hunter22',
  "- 'PASSWORD=hunter22's'",
  "- MODE=a\n      PASSWORD=hunter22",
  "- PASSWORD:hunter22",
  "- PASSWORD hunter22",
  "- PASSWORD=hunter22\n    TOKEN=hunter22",
  "- DB=postgres://me:hunter22@db/x'",
  "-PASSWORD=hunter22",
  "PASSWORD=hunter22\n    MODE=a",
  "PASSWORD:hunter22",
  'PASSWORD: hunter22"',
  "PASSWORD: 'hunter22's'",
  "PASSWORD: hunter22: x",
  "PASSWORD: 2_222",
  'PASSWORD: "hunter22',
  'PASSWORD: hunter22"\n    "',
] as const;

test.each(mistakes)("no message shows the secret of %j", (item) => {
  const file = `web:\n  image: nginx\n  environment:\n    ${item}\n`;
  for (const format of ["pretty", "json"]) {
    const { code, stdout } = run(["validate", "-", "--format", format, "--strict"], { stdin: file });
    expect(code).toBe(1);
    expect(stdout).not.toMatch(/hunter|2_?222/);
  }
});

test("masking a line of a million characters takes no time worth a thought", () => {
  const line = "a".repeat(1_000_000);
  expect(maskSecrets(line)).toBe(line);
  expect(maskSecrets(`${"://a:".repeat(100_000)}\n`)).toHaveLength(500_001);
});
