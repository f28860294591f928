import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { compile } from "../../../src/compile.ts";
import { escapeTemplate } from "../../../src/targets/swarm/template.ts";
import { expandTemplate } from "../../support/swarm-template.ts";

test.each([
  ["", ""],
  ["{a} }}", "{a} }}"],
  ["{{", '{{"{{"}}'],
  ["{{{", '{{"{{"}}{'],
  ["{{{{", '{{"{{"}}{{"{{"}}'],
  ["{{.Node.ID}}", '{{"{{"}}.Node.ID}}'],
  ['{{"{{"}}', '{{"{{"}}"{{"{{"}}"}}'],
])("%j", (text, written) => {
  expect(escapeTemplate(text)).toBe(written);
});

test("an escaped text is what it was when Swarm has filled it in", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(expandTemplate(escapeTemplate(text))).toBe(text);
    }),
  );
});

test("texts of a compiled file survive Docker's variables and Swarm's templates", () => {
  fc.assert(
    fc.property(texts, texts, (text, target) => {
      fc.pre(!target.includes(":"));
      const service = {
        image: "nginx",
        hostname: `x${text}`,
        environment: { TEXT: text },
        volumes: [`/srv/${target}:/data/${target}`],
      };
      const [file] = compile(JSON.stringify({ web: service }), { name: "shop", target: "swarm" }).files;
      const { web } = (parse(file?.text ?? "") as { readonly services: { readonly web: typeof service } }).services;
      const read = (written: string): string => expandTemplate(substitute(written));
      expect({
        ...web,
        hostname: read(web.hostname),
        environment: { TEXT: read(web.environment.TEXT) },
        volumes: web.volumes.map(read),
      }).toMatchObject(service);
    }),
  );
});

/** What `docker stack` makes of a text without variables. Throws for any other use of `$`. */
function substitute(text: string): string {
  if (text.replaceAll("$$", "").includes("$")) throw new Error(`a variable in ${JSON.stringify(text)}`);
  return text.replaceAll("$$", "$");
}

const texts = fc.string({
  unit: fc.constantFrom(..."{{{{}}}}$$\"'`-. aN:".split(""), "{{", '{{"{{"}}', "${N}"),
  maxLength: 12,
});
