import type { CompiledText } from "../compile.ts";
import type { Field, StackFile } from "../stack/file.ts";
import type { Service } from "../stack/model.ts";
import { fieldTables } from "../targets/conversion.ts";
import type { TargetName } from "../targets/index.ts";
import type { FieldTable } from "../targets/target.ts";
import type { NamedVolume, Rewritten, RewrittenField } from "./model.ts";
import { writtenFile, type WrittenValue } from "./written.ts";

/** What the compiled files of a stack do in another way than the stack file, from the files as data. */
export function rewritten({ read, lowered }: CompiledText, target: TargetName): Omit<Rewritten, "diagnostics"> {
  const [compiledFile] = lowered;
  if (!read || !compiledFile) return { fields: [], volumes: [], linkVariables: [] };
  const { values, withLinkVariables } = writtenFile(compiledFile);
  const replaced = new Set(read.balancers.map(({ service }) => service.name));
  const services = [...read.stack.services.values()].filter(({ name }) => !replaced.has(name));
  return {
    fields: joined([...movedFields(values, services, read.file), ...fieldsElsewhere(services, fieldTables[target])]),
    volumes: namedVolumes(values, services),
    linkVariables: withLinkVariables,
  };
}

/** The fields that stand under another key. A row of the table can write a key although no field asks for it. */
function movedFields(
  values: readonly WrittenValue[],
  services: readonly Service[],
  file: StackFile,
): readonly RewrittenField[] {
  const names = new Set(services.map(({ name }) => name));
  return values.flatMap(({ origin: [service, field, ...rest], key }) => {
    const name = String(service);
    const isMoved =
      rest.length === 0 && names.has(name) && key !== field && !(key === "restart" && field === "autorestart");
    const isSaid = Object.hasOwn(file.get(name) ?? {}, String(field));
    return isMoved && isSaid ? [{ field: field as Field, becomes: `written as \`${key}\``, services: [name] }] : [];
  });
}

/** The fields that do something, and that another part of the target writes. */
function fieldsElsewhere(services: readonly Service[], table: FieldTable<object, never>): readonly RewrittenField[] {
  return Object.entries(isSet).flatMap(([name, isSetIn]) => {
    const field = name as keyof typeof isSet;
    const row = table[field];
    if (row.kind !== "elsewhere") return [];
    return services.filter(isSetIn).map((service) => ({ field, becomes: row.where, services: [service.name] }));
  });
}

const isSet = {
  autodestroy: ({ policy }: Service): boolean => policy.autodestroy !== "OFF",
  net: ({ hostNetwork }: Service): boolean => hostNetwork,
} satisfies { readonly [F in Field]?: (service: Service) => boolean };

/** One entry for each field and what becomes of it, with all its services. */
function joined(fields: readonly RewrittenField[]): readonly RewrittenField[] {
  const found = new Map<string, RewrittenField>();
  for (const one of fields) {
    const key = `${one.field} ${one.becomes}`;
    const services = [...(found.get(key)?.services ?? []), ...one.services];
    found.set(key, { ...one, services: [...new Set(services)] });
  }
  return [...found.values()];
}

function namedVolumes(values: readonly WrittenValue[], services: readonly Service[]): readonly NamedVolume[] {
  const texts = new Map(values.map(({ origin, value }) => [JSON.stringify(origin), value]));
  return services.flatMap(({ name: service, volumes }) =>
    volumes.flatMap((volume) => {
      if (volume.kind !== "anonymous") return [];
      const text = texts.get(JSON.stringify(volume.origin));
      const [, name] = typeof text === "string" ? (/^([^/:]+):/.exec(text) ?? []) : [];
      return name === undefined ? [] : [{ service, path: volume.mountPath, name }];
    }),
  );
}
