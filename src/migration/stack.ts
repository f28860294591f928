import type { CompiledText } from "../compile.ts";
import { harmOf, hasErrors, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Field } from "../stack/file.ts";
import { fieldTables } from "../targets/conversion.ts";
import { targets, type TargetName } from "../targets/index.ts";
import { pathIn, stackCommands, type Place } from "./commands.ts";
import type { Commands, Kept, MigratedStack, Rewritten, Verdict } from "./model.ts";
import { rewritten } from "./rewritten.ts";

/** A stack that was compiled in memory. */
export interface StackToMigrate extends Place {
  /** Its diagnostics are the ones that nobody has accepted. */
  readonly compiled: CompiledText;
  /** Whether the sidecar is a service of the stack, with the image of `sidecar-image`. */
  readonly usesSidecarImage: boolean;
}

/** Sorts what the compiler knows of a stack by what it means for a person. Decides nothing itself. */
export function migratedStack({ compiled, usesSidecarImage, ...place }: StackToMigrate): MigratedStack {
  const { read, diagnostics, found, files } = compiled;
  const reported = new Set(diagnostics);
  const services = read ? [...read.stack.services.values()] : [];
  const of = (harm: ReturnType<typeof harmOf>): readonly Diagnostic[] =>
    diagnostics.filter((diagnostic) => harmOf(diagnostic) === harm);
  const changes = { diagnostics: of("rewrites"), ...rewritten(compiled, place.target) };
  const hasTags = changes.fields.some(({ field }) => field === "tags");
  const commands = files.length === 0 ? undefined : stackCommands(place, hasTags);
  const hasSidecar = files.some(({ name }) => name === targets[place.target].outputs.sidecarConfig);
  return {
    file: place.file,
    name: place.name,
    target: place.target,
    verdict: verdictOf(diagnostics, commands),
    services: services.map(({ name }) => name),
    files: files.map(({ name }) => pathIn(place.folder, name)),
    toDo: [...of(undefined), ...of("stops")],
    lost: of("loses"),
    toCheck: of("hint"),
    rewritten: changes,
    accepted: found.filter((diagnostic) => !reported.has(diagnostic)),
    kept: files.length === 0 ? nothingKept : kept(compiled, changes, place.target),
    shellVariables: [
      ...new Set(
        services.flatMap(({ environment }) => environment.flatMap(({ name, value }) => (value === null ? [name] : []))),
      ),
    ],
    needsSidecarImage: hasSidecar && usesSidecarImage,
    ...(commands ? { commands } : {}),
  };
}

function verdictOf(diagnostics: readonly Diagnostic[], commands: Commands | undefined): Verdict {
  if (hasErrors(diagnostics)) return "does-not-compile";
  const harms = new Set(diagnostics.map(harmOf));
  return harms.has("stops") || commands?.nodeLabels !== undefined
    ? "needs-work"
    : harms.has("loses")
      ? "loses"
      : "works";
}

const nothingKept: Kept = { services: [], fields: [], unneeded: [] };

/** The services and fields of which nothing is said elsewhere, and nothing that is allowed. */
function kept({ read, found }: CompiledText, { fields }: Rewritten, target: TargetName): Kept {
  if (!read) return nothingKept;
  const harmful = found.filter((diagnostic) => harmOf(diagnostic) !== "hint");
  // This one is reported once, for the first of the services that it is about.
  const isWithoutVariables = harmful.some(({ code }) => code === "link-variables");
  const withLinks = [...read.file].flatMap(([name, service]) => (service.links ? [name] : []));
  const services = new Set([
    ...harmful.map(({ service }) => service),
    ...(isWithoutVariables ? withLinks : []),
    ...fields.flatMap(({ field, services: tagged }) => (field === "tags" ? tagged : [])),
  ]);
  const others = new Set<string | undefined>([
    ...harmful.filter((diagnostic) => harmOf(diagnostic) !== "rewrites").map(({ field }) => field),
    ...fields.map(({ field }) => field),
  ]);
  const used = new Set([...read.file.values()].flatMap((service) => Object.keys(service) as Field[]));
  const unmentioned = [...used].filter((field) => !others.has(field));
  const isUnneeded = (field: Field): boolean => fieldTables[target][field].kind === "unsupported";
  return {
    services: [...read.file.keys()].filter((name) => !services.has(name)),
    fields: unmentioned.filter((field) => !isUnneeded(field)),
    unneeded: unmentioned.filter(isUnneeded),
  };
}
