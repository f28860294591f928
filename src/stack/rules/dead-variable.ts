import type { Report } from "../../diagnostics/diagnostic.ts";
import { dollarPieces, variableName } from "../grammar/dollar.ts";
import { variablePrefix } from "../grammar/link-variable.ts";
import { platformVariable } from "../knowledge/platform-variables.ts";
import type { Stack } from "../model.ts";
import { valuesOf } from "../values.ts";

/** No value has a variable in it that the old platform set, unless the service sets it now. */
export function deadVariable({ services }: Stack, report: Report): void {
  for (const service of services.values()) {
    const values = valuesOf(service, /\$/);
    if (values.length === 0) continue;
    const aliases = new Map(
      service.links.flatMap((link) =>
        link.kind === "link" ? [[variablePrefix(link.alias), link.alias] as const] : [],
      ),
    );
    const own = new Set(service.environment.map(({ name }) => name));
    for (const { field, origin, text } of values) {
      for (const { variable, held, alias } of deadVariablesIn(text, own)) {
        const about = alias === undefined ? service.name : aliases.get(alias);
        const at = { path: origin, part: { text: variable } };
        report("dead-variable", at, { service: service.name, field, variable, held, about });
      }
    }
  }
}

/** The variables of the platform in a text, apart from those of a set. */
function deadVariablesIn(text: string, own: ReadonlySet<string>) {
  return dollarPieces(text).flatMap(({ kind, text: variable }) => {
    const name = kind === "variable" ? variableName(variable) : "";
    const known = own.has(name) ? undefined : platformVariable(name);
    return known ? [{ variable, ...known }] : [];
  });
}
