import { isMapping } from "../yaml/values.ts";

/** What to write instead of the `deploy` of a Compose service, part by part; undefined where nothing in it is known. */
export function insteadOfDeploy(deploy: unknown): string | undefined {
  if (!isMapping(deploy)) return undefined;
  const found = Object.entries(deploy).map(([part, value]) => knownPart(part, value) ?? { written: [], left: [part] });
  const written = found.flatMap((part) => part.written);
  const left = found.flatMap((part: Known) => part.left ?? []);
  const write = written.length > 0 ? `write ${sentence(written)}` : undefined;
  const put =
    left.length > 0
      ? `put ${sentence(left.map((part) => `\`deploy.${part}\``))} into a second Compose file`
      : undefined;
  return [write, put].filter((clause) => clause !== undefined).join("; ") || "leave it out";
}

/** What a part of `deploy` becomes, and what is left of it. */
interface Known {
  readonly written: readonly string[];
  readonly left?: readonly string[];
}

function knownPart(part: string, value: unknown): Known | undefined {
  return Object.hasOwn(parts, part) ? parts[part]!(value) : undefined;
}

const parts: Readonly<Record<string, (value: unknown) => Known | undefined>> = {
  replicas: (value) => ({ written: [field("target_num_containers", value)] }),
  mode: (value) => ({ written: value === "global" ? [field("deployment_strategy", "EVERY_NODE")] : [] }),
  restart_policy: (value) => restart(isMapping(value) ? value : {}),
  placement: (value) => placement(isMapping(value) ? value : {}),
  resources: (value) => resources(isMapping(value) ? value : {}),
  update_config: (value) =>
    isMapping(value) && value["parallelism"] === 1
      ? { written: [field("sequential_deployment", true)], left: others("update_config", value, ["parallelism"]) }
      : undefined,
};

/** The condition is `any` where none is given. */
function restart(policy: Readonly<Record<string, unknown>>): Known {
  const { condition = "any", max_attempts: attempts } = policy;
  const word =
    condition === "none"
      ? "OFF"
      : condition === "any"
        ? "ALWAYS"
        : typeof attempts === "number"
          ? `on-failure:${attempts}`
          : "ON_FAILURE";
  return {
    written: [field("autorestart", word)],
    left: others("restart_policy", policy, ["condition", "max_attempts"]),
  };
}

/** A tag is a label of nodes. */
function placement(rules: Readonly<Record<string, unknown>>): Known {
  const constraints = Array.isArray(rules["constraints"]) ? rules["constraints"].map(String) : [];
  const tags = constraints.flatMap(
    (text) => /^\s*node\.labels\.(\S+?)\s*==\s*(\S+)\s*$/.exec(text)?.slice(1, 3).join("=") ?? [],
  );
  const isAll = tags.length === constraints.length;
  return {
    written: tags.length > 0 ? [`\`tags: [${tags.join(", ")}]\``] : [],
    left: [...(isAll ? [] : ["placement.constraints"]), ...others("placement", rules, ["constraints"])],
  };
}

function resources(value: Readonly<Record<string, unknown>>): Known {
  const limits = isMapping(value["limits"]) ? value["limits"] : {};
  return {
    written: "memory" in limits ? [field("mem_limit", limits["memory"])] : [],
    left: [...others("resources.limits", limits, ["memory"]), ...others("resources", value, ["limits"])],
  };
}

function others(part: string, value: Readonly<Record<string, unknown>>, known: readonly string[]): readonly string[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `${part}.${key}`);
}

function field(name: string, value: unknown): string {
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  return isScalar ? `\`${name}: ${String(value)}\`` : `\`${name}\``;
}

/** The texts in one clause; of more than ten, nine and the number of the others. */
function sentence(texts: readonly string[]): string {
  if (texts.length > 10) return `${texts.slice(0, 9).join(", ")} and ${texts.length - 9} others`;
  const last = texts.at(-1) ?? "";
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(", ")} and ${last}`;
}
