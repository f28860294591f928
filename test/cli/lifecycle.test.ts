import { describe, expect, test } from "vitest";
import { autodestroyValues, autorestartValues, isCompatible } from "../../src/lifecycle/policy.ts";
import { MemoryFiles, run } from "../support/memory-io.ts";

const pairs = autorestartValues.flatMap((autorestart) =>
  autodestroyValues.map((autodestroy) => ({ autorestart, autodestroy })),
);
const service = ({ autorestart, autodestroy }: (typeof pairs)[number], index: number) =>
  `s${index}:\n  image: busybox\n  autorestart: "${autorestart}"\n  autodestroy: "${autodestroy}"\n`;

describe("lifecycle", () => {
  test("of all nine legal pairs", () => {
    const legal = pairs.filter(isCompatible);
    expect(legal).toHaveLength(9);
    const { code, stdout, stderr } = run(["lifecycle"], {
      files: new MemoryFiles({ "/shop/stack.yml": legal.map(service).join("") }),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "SERVICE  AUTORESTART  AUTODESTROY  EXIT 0   OTHER EXIT  STOPPED BY HAND            ENGINE RESTARTS
      s0       OFF          OFF          keep     keep        keep                       keep
      s1       OFF          ON_FAILURE   keep     remove      remove, or keep if exit 0  remove, or keep if exit 0
      s2       OFF          ON_SUCCESS   remove   keep        keep, or remove if exit 0  keep, or remove if exit 0
      s3       OFF          ALWAYS       remove   remove      remove                     remove
      s4       ON_FAILURE   OFF          keep     restart     keep                       restart, or keep if exit 0
      s5       ON_FAILURE   ON_FAILURE   keep     restart     remove, or keep if exit 0  restart, or keep if exit 0
      s6       ON_FAILURE   ON_SUCCESS   remove   restart     keep, or remove if exit 0  restart, or remove if exit 0
      s7       ON_FAILURE   ALWAYS       remove   restart     remove                     restart, or remove if exit 0
      s8       ALWAYS       OFF          restart  restart     keep                       restart
      "
    `);
  });

  test.each(pairs.filter((pair) => !isCompatible(pair)))(
    "of autorestart $autorestart with autodestroy $autodestroy is refused",
    (pair) => {
      const { code, stdout, stderr } = run(["lifecycle", "-"], { stdin: service(pair, 0) });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^error\[incompatible-policies\][^]*\ntutum-stack: stdin is not valid \(1 error\)\n$/);
    },
  );

  test("counts retries", () => {
    const { code, stdout } = run(["lifecycle", "-"], {
      stdin: "job:\n  image: busybox\n  restart: on-failure:3\n  autodestroy: ON_FAILURE\n",
    });
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "SERVICE  AUTORESTART   AUTODESTROY  EXIT 0  OTHER EXIT                     STOPPED BY HAND            ENGINE RESTARTS
      job      ON_FAILURE:3  ON_FAILURE   keep    restart, 3 times, then remove  remove, or keep if exit 0  restart, or keep if exit 0
      "
    `);
  });

  test("goes on in spite of warnings", () => {
    const { code, stdout } = run(["lifecycle", "-"], { stdin: "a:\n  image: x\n  environment:\n    A: $B\n" });
    expect(code).toBe(0);
    expect(stdout.split("\n")).toHaveLength(3);
  });

  test("shows the services that are named, in the order of the file", () => {
    const stdin = "a:\n  image: x\nb:\n  image: x\nc:\n  image: x\n";
    const { code, stdout, stderr } = run(["lifecycle", "-", "c", "a", "c"], { stdin });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.match(/^[a-c](?= )/gm)).toEqual(["a", "c"]);
  });

  test("takes services alone, of the one stack file here", () => {
    const files = new MemoryFiles({ "/shop/tutum.yml": "a:\n  image: x\nb:\n  image: x\nc:\n  image: x\n" });
    const { code, stdout, stderr } = run(["lifecycle", "c", "a"], { files });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.match(/^[a-c](?= )/gm)).toEqual(["a", "c"]);
  });

  test("takes a file before a service of that name", () => {
    const files = new MemoryFiles({ "/shop/stack.yml": "a:\n  image: x\n", "/shop/a": "other:\n  image: x\n" });
    expect(run(["lifecycle", "a"], { files }).stdout).toMatch(/^other /m);
  });

  test.each([
    { name: "webs", says: 'tutum-stack: there is no service "webs" in the stack; did you mean web?\n' },
    { name: "cache", says: 'tutum-stack: there is no service "cache" in the stack\n' },
    { name: "constructor", says: 'tutum-stack: there is no service "constructor" in the stack\n' },
    { name: "\u001b[31m", says: 'tutum-stack: there is no service "\\u001b[31m" in the stack\n' },
  ])("refuses $name, which the stack does not have", ({ name, says }) => {
    expect(run(["lifecycle", "-", "web", name], { stdin: "web:\n  image: x\n" })).toMatchObject({
      code: 2,
      stdout: "",
      stderr: says,
    });
  });

  test("writes nothing", () => {
    const files = new MemoryFiles({ "/shop/stack.yml": "a:\n  image: x\n  autodestroy: ALWAYS\n" });
    expect(Object.keys(run(["lifecycle"], { files }).files)).toEqual(["/shop/stack.yml"]);
  });
});
