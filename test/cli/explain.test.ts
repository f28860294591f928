import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue/index.ts";
import { targets } from "../../src/targets/index.ts";
import { run } from "../support/memory-io.ts";

const codes = Object.keys(catalogue);
const fields = Object.keys(targets.compose.table);

describe("explain", () => {
  test("shows why, wrong and right", () => {
    const { code, stdout, stderr } = run(["explain", "incompatible-policies"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "error[incompatible-policies]

      \`autorestart\` comes first: \`autodestroy\` removes only a container that is not restarted. With \`autorestart: ALWAYS\` a container that ends on its own is always restarted, so \`autodestroy\` must be \`OFF\`.

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
      `tutum-stack: there is no diagnostic or field "${given}"; did you mean ${near}?\n\`tutum-stack explain\` lists them all\n`,
    );
  });

  test("without a subject lists all", () => {
    const { code, stdout, stderr } = run(["explain"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(
      stdout
        .split("\n")
        .flatMap((line) => (line.startsWith("  ") ? [line.trim()] : []))
        .toSorted(),
    ).toEqual([...codes, ...fields].toSorted());
  });

  test("autorestart says what starts with the Docker daemon, now and on the old platform", () => {
    expect(run(["explain", "autorestart"]).stdout).toContain(
      "ON_FAILURE containers whose exit code was not 0. The old platform started only ALWAYS containers",
    );
  });

  test.each(fields)("%s", (field) => {
    const { code, stdout, stderr } = run(["explain", field]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      new RegExp(
        `^${field}\n\n[A-Z\`].*\n\nCompose file: .*\n( {4}lost: .*\n)?Swarm stack file: .*\n( {4}lost: .*\n)?$`,
      ),
    );
  });

  test.each(["", "nonsense-without-any-likeness", "__proto__", "constructor", "toString"])(
    "%j suggests nothing",
    (given) => {
      const { code, stdout, stderr } = run(["explain", given]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr.split("\n")[0]).toBe(`tutum-stack: there is no diagnostic or field ${JSON.stringify(given)}`);
    },
  );
});
