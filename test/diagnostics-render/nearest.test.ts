import { describe, expect, test } from "vitest";
import { nearest } from "../../src/text/nearest.ts";
import { fieldNames } from "../../src/stack/fields.ts";

describe("nearest", () => {
  test.each([
    { name: "envorinment", near: "environment" },
    { name: "target_num_container", near: "target_num_containers" },
    { name: "link", near: "links" },
    { name: "autoreadydeploy", near: "autoredeploy" },
    { name: "volumes-from", near: "volumes_from" },
    { name: "IMAGE", near: "image" },
    { name: "AutoRestart", near: "autorestart" },
    { name: "port", near: "ports" },
    { name: "imag", near: "image" },
  ])("a field like $name is $near", ({ name, near }) => {
    expect(nearest(name, fieldNames)).toBe(near);
  });

  test.each(["", "x", "zz", "replicas", "__proto__", "healthcheck-interval", "x".repeat(65), "environment".repeat(10)])(
    "no field is like %j",
    (name) => {
      expect(nearest(name, fieldNames)).toBeUndefined();
    },
  );

  test("allows 40 % of the length, and not more", () => {
    expect(nearest("abcde", ["abcXX"])).toBe("abcXX");
    expect(nearest("abcde", ["abXXX"])).toBeUndefined();
    expect(nearest("ab", ["aX"])).toBeUndefined();
    expect(nearest("abc", ["abX"])).toBe("abX");
  });

  test("case and - for _ cost nothing", () => {
    expect(nearest("A-B", ["a_b"])).toBe("a_b");
    expect(nearest("on-failure", ["ON_SUCCESS", "ON_FAILURE"])).toBe("ON_FAILURE");
  });

  test("of two equally near the first is taken", () => {
    expect(nearest("abcd", ["abcx", "abcy"])).toBe("abcx");
  });

  test("of nothing known is nothing", () => {
    expect(nearest("web", [])).toBeUndefined();
  });
});
