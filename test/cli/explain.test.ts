import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue/index.ts";
import { fieldTables } from "../../src/targets/conversion.ts";
import { run } from "../support/memory-io.ts";

const codes = Object.keys(catalogue);
const fields = Object.keys(fieldTables.compose);

describe("explain", () => {
  test("shows why, wrong and right", () => {
    const { code, stdout, stderr } = run(["explain", "incompatible-policies"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "error[incompatible-policies]

      \`autorestart\` comes first: \`autodestroy\` removes only a container that is not
      restarted. With \`autorestart: ALWAYS\` a container that ends on its own is always
      restarted, so \`autodestroy\` must be \`OFF\`.

      Wrong:

          job:
            image: busybox
            autorestart: ALWAYS
            autodestroy: ON_SUCCESS

      Right:

          job:
            image: busybox
            autorestart: ON_FAILURE
            autodestroy: ON_SUCCESS
      "
    `);
  });

  test("says when an example needs --interpolate", () => {
    expect(run(["explain", "bad-interpolation"]).stdout).toContain("Wrong (with --interpolate):\n");
  });

  test.each(codes)("%s", (slug) => {
    const { code, stdout, stderr } = run(["explain", slug]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^(error|warning)\\[${slug.replaceAll(".", "\\.")}\\]\n\n[A-Z\`]`));
    expect(stdout).not.toMatch(/[^\n -~]/);
    expect(stdout.endsWith("\n") && !stdout.endsWith("\n\n")).toBe(true);
  });

  test.each([
    { given: "incompatible-policy", near: "incompatible-policies" },
    { given: "Empty_File", near: "empty-file" },
    { given: "unknown-feild", near: "unknown-field" },
    { given: "volume_from", near: "volumes_from" },
  ])("$given suggests $near", ({ given, near }) => {
    const { code, stdout, stderr } = run(["explain", given]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      `tutum-stack: there is no diagnostic, field or setting "${given}"; did you mean ${near}?\n\`tutum-stack explain\` lists them all\n`,
    );
  });

  test("without a subject lists all, each with its sentence", () => {
    const { code, stdout, stderr } = run(["explain"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const named = [
      ...stdout.matchAll(/^ {2}(\S+)( \((?:error|warning)\))?\n {6}[A-Z`][^]*?[.](?=\n(?: {2}\S|\n|$))/gm),
    ];
    expect(named.map(([, name]) => name)).toEqual([...codes, ...fields]);
    expect(named.filter(([, , severity]) => severity !== undefined)).toHaveLength(codes.length);
  });

  test("is at most 80 columns wide", () => {
    for (const subject of [[], ...codes.map((code) => [code]), ...fields.map((field) => [field])]) {
      const own = run(["explain", ...subject])
        .stdout.split("\n")
        .filter((line) => !line.startsWith("    "));
      expect(own.filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test("a field: its values, the default, what each does, an example, and what it becomes", () => {
    expect(run(["explain", "autodestroy"]).stdout).toMatchInlineSnapshot(`
      "autodestroy

      Whether a container that stops is removed with the data inside it, for one-off
      jobs. It applies only if the container is not restarted: autorestart: ALWAYS
      requires autodestroy: OFF.

      Values:
        OFF
            A stopped container is kept. This is the default.
        ON_FAILURE
            A stopped container is removed with its data if its exit code is not 0.
        ON_SUCCESS
            A stopped container is removed with its data if its exit code is 0.
        ALWAYS
            A stopped container is removed with its data whatever its exit code.

      Example:

          job:
            image: busybox
            autodestroy: ON_FAILURE

      Compose file: the sidecar, its config, and a volume for its runs
      Swarm file: the sidecar on every node, its config, and a volume for its runs on
      each node
      "
    `);
  });

  test.each(fields)("the example of %s is valid", (field) => {
    const { stdout } = run(["explain", field]);
    const example = /^Example:\n\n((?: {4}.*\n)+)/m.exec(stdout)?.[1];
    const without = ["target_num_containers"];
    expect(example === undefined).toBe(without.includes(field));
    if (example === undefined) return;
    const { code, stderr, stdout: said } = run(["validate", "-"], { stdin: example.replace(/^ {4}/gm, "") });
    expect({ code, stderr }, said).toMatchObject({ stderr: "" });
    expect(said).not.toMatch(/^error\[(?!unknown-service)/m);
  });

  test.each(fields)("%s", (field) => {
    const { code, stdout, stderr } = run(["explain", field]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^${field}\n\n[A-Z\`][^]*\n\nCompose file: [^]*\nSwarm file: [^]*\n$`));
  });

  test.each(["", "nonsense-without-any-likeness", "__proto__", "constructor", "toString"])(
    "%j suggests nothing",
    (given) => {
      const { code, stdout, stderr } = run(["explain", given]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr.split("\n")[0]).toBe(
        `tutum-stack: there is no diagnostic, field or setting ${JSON.stringify(given)}`,
      );
    },
  );
});
