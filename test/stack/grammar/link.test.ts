import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLink, parseVolumesFrom } from "../../../src/stack/grammar/link.ts";

const services = new Set(["db", "db.master", "a.b.c"]);
const shop = { name: "shop", isService: (name: string): boolean => services.has(name) };

describe("links", () => {
  test.each([
    ["db", { service: "db", stack: undefined, alias: "db" }],
    ["db:database", { service: "db", stack: undefined, alias: "database" }],
    ["db:data.base", { service: "db", stack: undefined, alias: "data.base" }],
    ["unknown", { service: "unknown", stack: undefined, alias: "unknown" }],
    ["db.backend", { service: "db", stack: "backend", alias: "db" }],
    ["db.backend:database", { service: "db", stack: "backend", alias: "database" }],
    ["db.master", { service: "db.master", stack: undefined, alias: "db.master" }],
    ["db.master:main", { service: "db.master", stack: undefined, alias: "main" }],
    ["db.master.backend", { service: "db.master", stack: "backend", alias: "db.master" }],
    ["a.b.c", { service: "a.b.c", stack: undefined, alias: "a.b.c" }],
    ["a.b", { service: "a", stack: "b", alias: "a" }],
    ["db.shop", { service: "db", stack: undefined, alias: "db" }],
    ["db.Shop:d", { service: "db", stack: undefined, alias: "d" }],
    ["nothing.shop", { service: "nothing", stack: undefined, alias: "nothing" }],
    ["_x:y_", { service: "_x", stack: undefined, alias: "y_" }],
  ])("%s", (text, link) => {
    expect(parseLink(text, shop)).toEqual(link);
  });

  test.each([
    "",
    ":",
    "db:",
    ":db",
    "db:a:b",
    "db:data base",
    " db",
    "db.",
    ".db",
    "db.:x",
    "db/x",
    "-db",
    "db:-x",
    "<db>",
    "db\n",
    "db._",
    "db.-:x",
  ])("not a link: %j", (text) => {
    expect(parseLink(text, shop)).toHaveProperty("problem");
  });

  test.each([
    ["data base", { problem: "service", part: "data base" }],
    ["db.", { problem: "stack", part: "" }],
    ["db._", { problem: "stack", part: "_" }],
    ["db:data base", { problem: "alias", part: "data base" }],
    ["db:a:b", { problem: "alias", part: "a:b" }],
    ["db:", { problem: "alias", part: "" }],
  ])("why %j is no link", (text, problem) => {
    expect(parseLink(text, shop)).toEqual(problem);
  });
});

describe("volumes_from", () => {
  test.each([
    ["db", { service: "db", stack: undefined, readOnly: false }],
    ["db:ro", { service: "db", stack: undefined, readOnly: true }],
    ["db:RO", { service: "db", stack: undefined, readOnly: true }],
    ["db:rw", { service: "db", stack: undefined, readOnly: false }],
    ["db.backend", { service: "db", stack: "backend", readOnly: false }],
    ["db.backend:ro", { service: "db", stack: "backend", readOnly: true }],
    ["db.master:ro", { service: "db.master", stack: undefined, readOnly: true }],
  ])("%s", (text, source) => {
    expect(parseVolumesFrom(text, shop)).toEqual(source);
  });

  test.each(["", "db:", "db:readonly", "db:ro:rw", ":ro", "db.", "da ta"])("not a source: %j", (text) => {
    expect(parseVolumesFrom(text, shop)).toHaveProperty("problem");
  });

  test("a wrong mode is the problem", () => {
    expect(parseVolumesFrom("db:readonly", shop)).toEqual({ problem: "mode", part: "readonly" });
  });
});

const serviceName = fc.stringMatching(/^[A-Za-z0-9][\w-]{0,8}$/);
const stackName = fc.stringMatching(/^[A-Za-z0-9][\w-]{0,8}$/);

test("a printed link is the link again", () => {
  fc.assert(
    fc.property(serviceName, fc.option(stackName, { nil: undefined }), serviceName, (service, stack, alias) => {
      const text = `${service}${stack === undefined ? "" : `.${stack}`}:${alias}`;
      expect(parseLink(text, shop)).toEqual({ service, stack, alias });
    }),
  );
});

test("a service of this stack comes before one of another stack", () => {
  fc.assert(
    fc.property(serviceName, stackName, (service, stack) => {
      const name = `${service}.${stack}`;
      expect(parseLink(name, { name: undefined, isService: (known) => known === name })).toEqual({
        service: name,
        stack: undefined,
        alias: name,
      });
      expect(parseLink(name, { name: undefined, isService: () => false })).toEqual({ service, stack, alias: service });
    }),
  );
});
