import type { Diagnostic } from "../index.ts";
import type { Policy } from "../lifecycle/policy.ts";
import type { PreviewResource } from "../server/resource-types.ts";

/** What somebody has filled in to launch a service. Texts are as they were typed. */
export interface LaunchForm {
  readonly image: string;
  readonly name: string;
  readonly command: string;
  readonly policy: Policy;
  readonly count: string;
  readonly environment: readonly Row<"key" | "value">[];
  readonly ports: readonly Row<"inner" | "outer" | "protocol">[];
  readonly links: readonly Row<"service" | "alias">[];
  readonly volumes: readonly Row<"path" | "host" | "access">[];
}

/** A line of several fields. */
export type Row<Field extends string> = Readonly<Record<Field, string>>;

/** The parts of the form that have any number of lines. */
export type Lists = "environment" | "ports" | "links" | "volumes";

/** A line before it is filled in. */
export const emptyRows: { readonly [List in Lists]: LaunchForm[List][number] } = {
  environment: { key: "", value: "" },
  ports: { inner: "", outer: "", protocol: "tcp" },
  links: { service: "", alias: "" },
  volumes: { path: "", host: "", access: "rw" },
};

/** The form at first: both settings are off, as on the old platform. */
export const emptyForm: LaunchForm = {
  image: "",
  name: "",
  command: "",
  policy: { autorestart: "OFF", autodestroy: "OFF" },
  count: "1",
  environment: [],
  ports: [],
  links: [],
  volumes: [],
};

/** The body of the request that creates the service. Lines without their first field do not count. */
export function bodyOf({ image, name, command, policy, count, ...lists }: LaunchForm): object {
  const { environment, ports, links, volumes } = lists;
  return {
    image: image.trim(),
    ...(name.trim() === "" ? {} : { name: name.trim() }),
    ...(command.trim() === "" ? {} : { run_command: command.trim() }),
    ...policy,
    ...(count === "1" || count === "" ? {} : { target_num_containers: /^\d+$/.test(count) ? Number(count) : count }),
    container_envvars: filled(environment, "key"),
    container_ports: filled(ports, "inner").map(({ inner, outer, protocol }) => ({
      inner_port: inner.trim(),
      ...(outer.trim() === "" ? {} : { outer_port: outer.trim() }),
      published: true,
      protocol,
    })),
    linked_to_service: filled(links, "service").map(({ service, alias }) => ({
      to_service: service,
      ...(alias.trim() === "" ? {} : { name: alias.trim() }),
    })),
    bindings: filled(volumes, "path").map(({ path, host, access }) => ({
      container_path: path.trim(),
      ...(host.trim() === "" ? {} : { host_path: host.trim() }),
      rewritable: access !== "ro",
    })),
  };
}

function filled<R extends Row<string>>(rows: readonly R[], first: keyof R & string): readonly R[] {
  return rows.filter((row) => row[first]?.trim() !== "");
}

/** What is wrong with a new service, and each error of its file. The warnings of other services are known already. */
export function findingsOfNew({
  before,
  text,
  objects,
}: Pick<PreviewResource, "before" | "text"> & { readonly objects: readonly Diagnostic[] }): readonly Diagnostic[] {
  const lines = addedLines(before, text);
  return objects.filter(({ severity, labels }) => severity === "error" || lines[labels[0].start.line - 1]?.isNew);
}

/** The lines of a text, and which of them another text does not have at that place. */
export function addedLines(
  before: string,
  after: string,
): readonly { readonly text: string; readonly isNew: boolean }[] {
  const old = before.split("\n");
  const lines = after.replace(/\n$/, "").split("\n");
  let same = 0;
  while (same < old.length && old[same] === lines[same] && same < lines.length) same++;
  return lines.map((text, index) => ({ text, isNew: index >= same }));
}
