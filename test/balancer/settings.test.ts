import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { balancerSettings, rowOf, serviceSettings, type Row } from "../../src/balancer/settings.ts";
import { expectFile, pathOf } from "../support/fixtures.ts";
import { run } from "../support/memory-io.ts";

const page = pathOf("..", "docs", "balancer.md");
const tables = { "On the balancer": balancerSettings, "On a linked service": serviceSettings };

test("docs/balancer.md says what the tables say (npm run bless)", () => {
  const [introduction = ""] = readFileSync(page, "utf8").split("### On the balancer");
  const written = Object.entries(tables).map(
    ([title, table]) => `### ${title}\n\n| setting | meaning | becomes |\n|---|---|---|\n${rowsOf(table).join("")}`,
  );
  expectFile(page, introduction + written.join("\n"));
});

test("a setting of many ports or names has one row", () => {
  expect(rowOf(balancerSettings, "EXTRA_FRONTEND_SETTINGS_80")?.name).toBe("EXTRA_FRONTEND_SETTINGS_<PORT>");
  expect(rowOf(balancerSettings, "EXTRA_FRONTEND_SETTINGS_FILE_80")?.name).toBe("EXTRA_FRONTEND_SETTINGS_FILE_<PORT>");
  expect(rowOf(balancerSettings, "additional_backend_static")?.name).toBe("ADDITIONAL_BACKEND_<NAME>");
  expect(rowOf(balancerSettings, "ADDITIONAL_BACKEND_FILE_A")?.name).toBe("ADDITIONAL_BACKEND_FILE_<NAME>");
  expect(rowOf(balancerSettings, "__proto__")).toBeUndefined();
  expect(rowOf(balancerSettings, "EXTRA_FRONTEND_SETTINGS_HTTP")).toBeUndefined();
});

describe.each(Object.entries(tables))("explain, %s", (_, table) => {
  test.each(Object.entries<Row>(table))("%s", (name, row) => {
    const { code, stdout, stderr } = run(["explain", name]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const said = stdout.replace(/\s+/g, " ");
    expect(said).toContain(`${name} A variable that the load balancer of the old platform read.`);
    expect(said).toContain(row.meaning);
    expect(said).toContain("becomes" in row ? `haproxy.cfg: ${row.becomes}` : row.why);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});

test("explain knows a setting of any case and any port, and suggests one that is misspelt", () => {
  expect(run(["explain", "extra_frontend_settings_8080"]).code).toBe(0);
  expect(run(["explain", "VIRUTAL_HOST"]).stderr).toContain("did you mean VIRTUAL_HOST?");
});

function rowsOf(table: Readonly<Record<string, Row>>): readonly string[] {
  return Object.entries(table).map(([name, row]) => `| \`${name}\` | ${row.meaning} | ${becomes(row)} |\n`);
}

function becomes(row: Row): string {
  if (row.kind === "kept" || row.kind === "translated") return row.becomes;
  return row.kind === "ignored" ? `nothing: ${row.why}` : `lost: ${row.why}; ${row.help}`;
}
