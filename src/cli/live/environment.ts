import { readStack } from "../../compile.ts";
import { namedSource } from "../../diagnostics/source.ts";
import { Problem } from "../../files/problem.ts";
import { setVariables } from "../../platform/actions.ts";
import { readStackFile } from "../../platform/change.ts";
import type { ServiceView } from "../../platform/views.ts";
import type { VariablesChange } from "../../platform/edits.ts";
import type { Variable } from "../../stack/model.ts";
import type { Io } from "../io.ts";
import { variablesOf } from "./fields.ts";
import { complain, reportOutcome } from "./outcome.ts";
import { forEachService, type SetFlags } from "./service.ts";
import type { LiveFlags } from "./flags.ts";
import type { Session } from "./session.ts";
import { table } from "./table.ts";

/** `service env list`. */
export interface ListFlags extends LiveFlags {
  readonly user?: boolean;
  readonly image?: boolean;
}

/** `service env remove`. */
export interface RemoveFlags extends LiveFlags {
  readonly name?: readonly string[];
  readonly redeploy?: boolean;
}

/** Where a variable comes from: the stack file, or the image. */
interface Origin {
  readonly origin: "user" | "image";
  readonly key: string;
  readonly value: string;
}

/** Lists the variables that a service has from its stack file and its image. Resolves to the exit code. */
export function listVariables(io: Io, identifier: string, flags: ListFlags): Promise<number> {
  return forEachService(io, flags, "env list", [identifier], async (session, service) => {
    if (!service.wanted)
      throw new Problem(`the stack file of ${service.stack} has errors; \`tutum-stack validate\` shows them`);
    const isAll = !flags.user && !flags.image;
    const shown = (await originsOf(session, service)).filter(({ origin }) => isAll || flags[origin]);
    if (flags.output === "json") io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    else if (flags.quiet) io.stdout.write(shown.map(({ key, value }) => `${key}=${value}\n`).join(""));
    else
      io.stdout.write(
        table(
          ["ORIGIN", "KEY", "VALUE"],
          shown.map(({ origin, key, value }) => [origin, key, value]),
        ),
      );
    return 0;
  });
}

/**
 * Adds variables that a service does not have (`add`), gives new values to those that it has (`update`), or replaces
 * all that the stack file gives it (`set`).
 */
export function changeVariables(
  io: Io,
  verb: "add" | "update" | "set",
  identifiers: readonly string[],
  flags: SetFlags,
): Promise<number> {
  const given = variablesOf(io, flags);
  if (!given) throw new Problem("no variable was given; use --env KEY=VALUE or --envfile FILE");
  return forEachService(io, flags, `env ${verb}`, identifiers, async (session, service) => {
    if (verb === "set") return change(session, service, { set: given, remove: "others" }, flags);
    const known = new Set((await originsOf(session, service)).map(({ key }) => key));
    const isMeant = (key: string): boolean => !service.wanted || known.has(key) === (verb === "update");
    const refused = Object.keys(given).filter((key) => !isMeant(key));
    for (const key of refused)
      complain(
        session,
        verb === "add"
          ? `service ${service.name} already has the variable ${key}; \`service env update\` changes it`
          : `service ${service.name} has no variable ${key}; \`service env add\` adds it`,
      );
    const set = Object.fromEntries(Object.entries(given).filter(([key]) => isMeant(key)));
    if (Object.keys(set).length === 0) return 1;
    return Math.max(refused.length > 0 ? 1 : 0, await change(session, service, { set, remove: new Set() }, flags));
  });
}

/** Removes variables that the stack file gives to services. */
export function removeVariables(io: Io, identifiers: readonly string[], flags: RemoveFlags): Promise<number> {
  const names = flags.name ?? [];
  if (names.length === 0) throw new Problem("no variable was named; use --name KEY");
  return forEachService(io, flags, "env remove", identifiers, async (session, service) => {
    const known = new Set(ownVariables(session, service).map(({ name }) => name));
    const unknown = names.filter((name) => service.wanted && !known.has(name));
    for (const name of unknown) complain(session, `service ${service.name} has no variable ${name} in the stack file`);
    if (unknown.length === names.length) return 1;
    const remove = new Set(names.filter((name) => !unknown.includes(name)));
    return Math.max(unknown.length > 0 ? 1 : 0, await change(session, service, { set: {}, remove }, flags));
  });
}

async function change(
  session: Session,
  service: ServiceView,
  variables: VariablesChange,
  flags: SetFlags,
): Promise<number> {
  const next = flags.redeploy ? "redeploy" : "apply";
  const outcome = await setVariables(session, service.stackRef, service.name, { variables, next });
  return reportOutcome(session, outcome, service.uuid);
}

/** The variables of a service: those of its stack file first, then those of the image that they do not override. */
async function originsOf(session: Session, service: ServiceView): Promise<readonly Origin[]> {
  const { platform, signal } = session;
  const own = ownVariables(session, service).map(({ name: key, value }): Origin => {
    return { origin: "user", key, value: value ?? platform.shell[key] ?? "" };
  });
  const names = new Set(own.map(({ key }) => key));
  const image = service.wanted && (await platform.engine.image(service.wanted.image, signal));
  const others = (image?.environment ?? []).map((line): Origin => {
    const [key = ""] = line.split("=", 1);
    return { origin: "image", key, value: line.slice(key.length + 1) };
  });
  return [...own, ...others.filter(({ key }) => !names.has(key))];
}

/** The variables in the stack file; none when it has errors. */
function ownVariables({ platform }: Session, { name, stackRef }: ServiceView): readonly Variable[] {
  const source = namedSource(readStackFile(platform, stackRef).text);
  return readStack(source, { name: stackRef.project }, [])?.stack.services.get(name)?.environment ?? [];
}
