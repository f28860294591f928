import type { Path } from "../diagnostics/diagnostic.ts";
import type { Field } from "./file.ts";

/** How the texts of a field are read, apart from what they mean. */
export interface FieldTraits {
  /**
   * What an unquoted value is: one of the schema's words, a number where it looks like one, or the text that stands in
   * the file.
   */
  readonly value: "word" | "number" | "text";
  /** Whether its texts have a grammar of their own, so that one in quotes may still be wrong. */
  readonly hasGrammar: boolean;
  /** Whether `$` can be part of the text; where it cannot, the grammar refuses it with a hint at variables. */
  readonly allowsDollar: boolean;
}

/** Its words are the schema's, or only `true` and `false`. */
const word: FieldTraits = { value: "word", hasGrammar: false, allowsDollar: true };
const number: FieldTraits = { value: "number", hasGrammar: false, allowsDollar: true };
const text: FieldTraits = { value: "text", hasGrammar: false, allowsDollar: true };
const size: FieldTraits = { value: "number", hasGrammar: true, allowsDollar: false };
/** Names and numbers with a grammar. */
const reference: FieldTraits = { value: "text", hasGrammar: true, allowsDollar: false };
/** Paths with a grammar. */
const mount: FieldTraits = { value: "text", hasGrammar: true, allowsDollar: true };

const traits: { readonly [F in Field]: FieldTraits } = {
  image: reference,
  command: text,
  entrypoint: text,
  environment: text,
  labels: text,
  links: reference,
  ports: reference,
  expose: reference,
  volumes: mount,
  volumes_from: reference,
  tags: text,
  target_num_containers: number,
  deployment_strategy: word,
  sequential_deployment: word,
  roles: word,
  autorestart: word,
  restart: word,
  autodestroy: word,
  autoredeploy: word,
  privileged: word,
  read_only: word,
  stdin_open: word,
  tty: word,
  net: word,
  pid: word,
  dns: text,
  dns_search: text,
  cap_add: text,
  cap_drop: text,
  devices: text,
  extra_hosts: text,
  security_opt: text,
  working_dir: text,
  user: text,
  hostname: text,
  domainname: text,
  mac_address: text,
  cgroup_parent: text,
  cpuset: text,
  cpu_shares: number,
  mem_limit: size,
  memswap_limit: size,
};

/** Whether a key of a service is a field. */
export function isField(key: string): key is Field {
  return Object.hasOwn(traits, key);
}

/** The names of all fields. */
export const fieldNames: readonly Field[] = Object.keys(traits).filter(isField);

/**
 * The traits of the field that a path such as `["web", "links", 0]` leads through; undefined if it leads through none.
 */
export function traitsOf(path: Path): FieldTraits | undefined {
  const field = path[1];
  return typeof field === "string" && isField(field) ? traits[field] : undefined;
}
