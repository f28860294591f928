import { readFileSync } from "node:fs";

/** A node of a JSON Schema, with what editors show of it. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly errorMessage?: string;
}

/** The address of a schema that the package ships. */
export function schemaUrl(name: "stack" | "autodestroy"): string {
  return new URL(`../../schema/${name}.schema.json`, import.meta.url).href;
}

const { definitions } = JSON.parse(readFileSync(new URL(schemaUrl("stack")), "utf8")) as {
  readonly definitions: { readonly service: Schema };
};

/** What the schema says about a service. */
export const service = definitions.service;

/** Every field of a service with what the schema says about it. */
export const fields = Object.entries(service.properties ?? {});

/** The values that a field offers, with what they mean. */
export function valuesOf(
  schema: Schema,
): readonly { readonly value: unknown; readonly meaning: string | undefined; readonly isDefault: boolean }[] {
  const nodes = [schema, ...(schema.anyOf ?? [])];
  return nodes.flatMap((node) =>
    (node.enum ?? []).map((value, index) => ({
      value,
      meaning: node.enumDescriptions?.[index],
      isDefault: value === node.default,
    })),
  );
}

/** What an editor shows for a schema that has a description. */
export function shown({ description, markdownDescription }: Schema): string {
  return markdownDescription ?? description ?? "";
}
