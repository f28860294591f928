import { Refused } from "./refused.ts";
import { createService, createStack, diagnose, patchService, patchStack } from "./validator.generated.ts";
import type { Body } from "./wish.ts";

/** The bodies that the schema of the API describes. */
export const bodies = { createService, patchService, createStack, patchStack, diagnose } as const;

/** A mistake as ajv reports it. */
interface Mistake {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A body that is what the schema says. Throws Refused, which names an unknown field. */
export function parseBody(text: string | undefined, name: keyof typeof bodies): Body {
  const body = parse(text ?? "");
  const validate = bodies[name] as { (body: unknown): boolean; readonly errors?: readonly Mistake[] | null };
  if (!validate(body)) throw new Refused(400, describe(validate.errors?.[0]));
  return body as Body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(400, text === "" ? "a body is missing" : "the body is not JSON");
  }
}

function describe(mistake: Mistake | undefined): string {
  if (!mistake) return "the body is not understood";
  const place = mistake.instancePath.replace(/^\//, "").replaceAll("/", ".");
  const at = place === "" ? "" : `${place}: `;
  const { additionalProperty } = mistake.params;
  if (typeof additionalProperty === "string") return `${at}unknown field ${JSON.stringify(additionalProperty)}`;
  return `${at}${mistake.message ?? "it is not what it must be"}`;
}
