import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseImage, printImage, type ParsedImage } from "../../../src/stack/grammar/image.ts";

const sha256 = `sha256:${"0123456789abcdef".repeat(4)}`;

const images: readonly (readonly [string, Partial<ParsedImage>])[] = [
  ["nginx", { path: "nginx" }],
  ["nginx:1.27", { path: "nginx", tag: "1.27" }],
  ["nginx:5000", { path: "nginx", tag: "5000" }],
  ["tutum/redis", { path: "tutum/redis" }],
  ["docker.io/library/redis:7", { registry: "docker.io", path: "library/redis", tag: "7" }],
  ["localhost/app", { registry: "localhost", path: "app" }],
  ["registry:5000/app:1", { registry: "registry:5000", path: "app", tag: "1" }],
  ["Registry.Example.COM/a/b/c", { registry: "Registry.Example.COM", path: "a/b/c" }],
  ["192.0.2.1:5000/app", { registry: "192.0.2.1:5000", path: "app" }],
  ["[2001:db8::1]:5000/app", { registry: "[2001:db8::1]:5000", path: "app" }],
  ["[2001:db8::1]/app", { registry: "[2001:db8::1]", path: "app" }],
  ["my_org/my__app.x-y---z", { path: "my_org/my__app.x-y---z" }],
  ["app:_V1.2-rc", { path: "app", tag: "_V1.2-rc" }],
  [`app:${"a".repeat(128)}`, { path: "app", tag: "a".repeat(128) }],
  [`app@${sha256}`, { path: "app", digest: sha256 }],
  [`a.b/app:1@${sha256}`, { registry: "a.b", path: "app", tag: "1", digest: sha256 }],
  [`app@sha512:${"a".repeat(128)}`, { path: "app", digest: `sha512:${"a".repeat(128)}` }],
  [`me/${"0".repeat(64)}`, { path: `me/${"0".repeat(64)}` }],
];

const others: readonly (readonly [text: string, part: string, problem: RegExp])[] = [
  ["", "", /no name/],
  ["Nginx", "Nginx", /lower case/],
  ["me/App:1", "App", /lower case/],
  ["MyOrg/app", "MyOrg", /lower case/],
  ["registry.example.com/My/app", "My", /lower case/],
  ["Nginx Latest", "Nginx Latest", /space/],
  ["tutum/mongodb 2.6/", "mongodb 2.6", /space/],
  ["nginx ", "nginx ", /space/],
  ["nginx\t", "nginx\t", /space/],
  ["nginx\u00a0", "nginx\u00a0", /space/],
  ["http://nginx", "http://", /not part/],
  ["docker://me/app", "docker://", /not part/],
  ["<%= image %>", "<%= image %>", /template/],
  ["{{ image }}:1", "{{ image }}", /template/],
  ["me/app:<TAG>", "<TAG>", /template/],
  ["me/app:${TAG}", "${TAG}", /text/],
  ["$IMAGE", "$IMAGE", /text/],
  ["me/app:1$", "$", /text/],
  ["nginx:", "nginx:", /no tag/],
  ["a:b:c", "a:b", /consist/],
  ["app:.1", ".1", /tag|begin/],
  [`app:${"a".repeat(129)}`, "a".repeat(129), /consist/],
  [":1", ":1", /no name/],
  ["/app", "/app", /before and after/],
  ["a//b", "a//b", /before and after/],
  ["a/b/", "a/b/", /before and after/],
  ["me/-app", "-app", /letter or a digit/],
  ["me/a..b", "a..b", /letter or a digit/],
  ["me/a___b", "a___b", /letter or a digit/],
  ["me/ä", "ä", /consist/],
  ["my_registry:5000/app", "my_registry:5000", /registry/],
  ["a..b/app", "a..b", /registry/],
  ["a.b_c/app", "a.b_c", /registry/],
  ["localhost:http/app", "localhost:http", /port/],
  ["[::1/app", "[::1", /registry|port/],
  ["app@", "@", /64/],
  ["app@sha256:12", "@sha256:12", /64/],
  [`app@${sha256.toUpperCase()}`, `@${sha256.toUpperCase()}`, /64/],
  [`app@md5:${"0".repeat(32)}`, `@md5:${"0".repeat(32)}`, /64/],
  ["0".repeat(64), "0".repeat(64), /ID/],
];

describe("images", () => {
  test.each(images)("%s", (text, image) => {
    expect(parseImage(text)).toEqual({ registry: undefined, tag: undefined, digest: undefined, ...image });
  });

  test.each(others)("not %j", (text, part, problem) => {
    expect(parseImage(text)).toMatchObject({ part, problem: expect.stringMatching(problem) as string });
  });
});

test.each([256, 1001, 1_000_000])("not a name of %i characters", (length) => {
  const text = "a/".repeat(length / 2) + "a".repeat(length % 2);
  expect(parseImage(text)).toEqual({ part: text, problem: expect.stringContaining("characters") as string });
});

test.each([
  ["MyOrg/App:1", "myorg/app:1"],
  ["reg.example.com:5000/App:V1", "reg.example.com:5000/app:V1"],
  ["reg.example.com:5000/app:", "reg.example.com:5000/app"],
  ["A..b", undefined],
  ["a b", undefined],
])("what %j means", (text, meant) => {
  expect((parseImage(text) as { readonly meant?: string }).meant).toBe(meant);
});

test("a printed image is the image again", () => {
  const component = fc.stringMatching(/^[a-z0-9]+((_|__|-+)[a-z0-9]+)*$/, { maxLength: 20 });
  const image = fc.record({
    registry: fc.option(fc.constantFrom("localhost", "a.b", "r:1", "[::1]"), { nil: undefined }),
    path: fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => `p${parts.join("/")}`),
    tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,9}$/), { nil: undefined }),
    digest: fc.option(fc.constant(sha256), { nil: undefined }),
  });
  fc.assert(
    fc.property(image, (wanted) => {
      expect(parseImage(printImage(wanted))).toEqual(wanted);
    }),
  );
});

test("the pattern of the schema, which editors use, accepts the same texts", () => {
  const schema = readFileSync(new URL("../../../schema/stack.schema.json", import.meta.url), "utf8");
  const pattern = new RegExp(
    (JSON.parse(schema) as ImageSchema).definitions.service.properties.image.allOf[0].then.else.pattern,
  );
  const isImage = (text: string): boolean => !("problem" in parseImage(text));
  for (const [text] of [...images, ...others])
    if (text.length <= 255) expect([text, pattern.test(text)]).toEqual([text, isImage(text)]);
  const pieces = ["a", "B", "0", ".", "-", "_", "/", ":", "@", " ", "localhost", "a.b", "[::1]", ":5000/", sha256];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
      const text = parts.join("");
      expect([text, pattern.test(text)]).toEqual([text, isImage(text)]);
    }),
    { numRuns: 2000 },
  );
});

interface ImageSchema {
  readonly definitions: {
    readonly service: {
      readonly properties: { readonly image: { readonly allOf: [{ then: { else: { pattern: string } } }] } };
    };
  };
}
