import { error, warning } from "./entry.ts";
import { listOf, quote, similar } from "./words.ts";

/** What can be wrong with the shape of the file: what kind of file it is, which services and fields it has, and in which form. */
export const shapeCodes = {
  "not-a-stack-file": error<{ found: string }>({
    wording: ({ found }) => ({
      message: `this is not a stack file: ${found}`,
      label: "not a service",
      help: ["a stack file has the names of services at its left edge, each followed by `:` and its indented fields"],
    }),
    why: "A stack file is a mapping whose top-level keys are the names of services.",
    wrong: "- image: nginx\n- image: redis\n",
    right: "web:\n  image: nginx\ndb:\n  image: redis\n",
  }),
  "compose-file": error<{ key: string; stackFields: readonly string[]; hasDeploy: boolean }>({
    wording: ({ key, stackFields, hasDeploy }) => ({
      message: "this is a Compose file, not a stack file",
      label: "a key of Compose files",
      notes: [`${quote(key)} at the top level belongs to the Compose format, which Docker reads as it is`],
      help: [
        stackFields.length > 0
          ? `Docker refuses ${listOf(stackFields)}; to compile the file, remove ${quote(`${key}:`)} and the other sections, and move the services to the left edge`
          : `run it with \`docker compose up\`${hasDeploy ? ", or on a Swarm with `docker stack deploy`" : ""}; there is nothing to compile`,
      ],
    }),
    why: "Compose files of version 2 and later keep their services under a top-level key `services`. Docker reads them without translation. In a stack file the services themselves are the top-level keys.",
    wrong: "services:\n  web:\n    image: nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "look-alike": error<object>({
    wording: () => ({
      message: "this is a file of another tool, not a stack file: its `services` is a list",
      label: "a list of services",
      help: ["write each service as a top-level key: its name, then its fields, indented"],
    }),
    why: "A command-line tool of 2014 kept clusters and services as lists in files of the same name. The platform itself never read that format.",
    wrong: "services:\n- name: redis\n  image: redis\n",
    right: "redis:\n  image: redis\n",
  }),
  "no-services": error<object>({
    wording: () => ({
      message: "the file defines no service",
      label: "no service here",
      help: ["define a service: a name, and below it, indented, `image: NAME`"],
    }),
    why: "Top-level keys that begin with `x-` or `.` are templates for merge keys. At least one other key has to name a service.",
    wrong: "x-base:\n  image: nginx\n",
    right: "x-base: &base\n  image: nginx\nweb:\n  <<: *base\n",
  }),
  "unnamed-service": error<{ fields: readonly string[] }>({
    wording: ({ fields }) => ({
      message: `the file is the body of one service without its name: ${listOf(fields)} ${fields.length > 1 ? "stand" : "stands"} at the top level`,
      label: "a field, not a service",
      help: ["write the name of the service above, such as `web:`, and indent the fields below it"],
    }),
    why: "The top-level keys of a stack file are names of services; fields such as `image` stand below them, indented.",
    wrong: 'image: nginx\nports:\n  - "80:80"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n',
  }),
  "not-indented": error<{
    service: string;
    fields: readonly string[];
    isEmpty: boolean;
    others: readonly string[];
  }>({
    wording: ({ service, fields, isEmpty, others }) => ({
      message: `${isEmpty ? `service ${quote(service)} is empty, because ` : ""}${listOf(fields)} below ${isEmpty ? "it" : `service ${quote(service)}`} ${fields.length > 1 ? "are" : "is"} not indented`,
      label: "at the top level",
      also: isEmpty ? "empty" : "the service above",
      help: [
        `indent the fields of ${quote(service)} by two spaces${others.length > 0 ? `, and those of ${listOf(others)}` : ""}`,
      ],
    }),
    why: "Indentation says what belongs to a service. Without it the file is still valid YAML, but the service is empty and its fields look like services named `image` and `ports`.",
    wrong: 'web:\nimage: nginx\nports:\n  - "80:80"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n',
  }),
  "bad-service-name": error<{ name: string }>({
    wording: ({ name }) => ({
      message: `${quote(name)} cannot be the name of a service`,
      label: "not a service name",
      notes: ["a name consists of letters, digits, `-`, `_` and `.`, and begins with a letter or a digit"],
      help: ["for a template of merge keys, put `x-` in front"],
    }),
    why: "The name of a service becomes the name of its containers and its host name on the network, in Docker as on the old platform.",
    wrong: "web/api:\n  image: nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "unused-template": warning<{ name: string }>({
    wording: ({ name }) => ({
      message: `${quote(name)} is taken for a template, not for a service, because its name begins with ${quote(name.startsWith(".") ? "." : name.slice(0, 2))}`,
      label: "not a service",
      help: ["rename it if it is a service"],
    }),
    why: "Top-level keys that begin with `x-` or `.` hold templates for merge keys. This one has an image but no anchor (`&NAME`), so nothing can use it; it may be meant as a service.",
    wrong: "web:\n  image: nginx\nx-ray:\n  image: nginx\n",
    right: "web:\n  image: nginx\nray:\n  image: nginx\n",
  }),
  "not-a-service": error<{ name: string; found: string }>({
    wording: ({ name, found }) => ({
      message: `${quote(name)} at the top level is ${found}, but a service is a mapping of fields`,
      label: `this is ${found}`,
      help: [`write the fields of the service below ${quote(`${name}:`)}, indented, or leave the key out`],
    }),
    why: "Every top-level key is a service, and a service is a mapping of fields, with `image` among them. Settings of the whole stack do not exist.",
    wrong: "name: shop\nweb:\n  image: nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "empty-service": error<{ service: string }>({
    wording: ({ service }) => ({
      message: `service ${quote(service)} has no fields`,
      label: "empty",
      help: ["write `image: NAME` below it, indented"],
    }),
    why: "A service needs at least an image. An empty one is often a slip of indentation: its fields stand too far left or right.",
    wrong: "web:\ndb:\n  image: redis\n",
    right: "web:\n  image: nginx\ndb:\n  image: redis\n",
  }),
  "nested-service": error<{ service: string; nested: string }>({
    wording: ({ service, nested }) => ({
      message: `service ${quote(nested)} stands inside service ${quote(service)}`,
      label: "indented too far",
      help: [`move ${quote(nested)} to the same column as ${quote(service)}`],
    }),
    why: "All services stand side by side at the top level. One that is indented too far becomes a field of the service above it.",
    wrong: "web:\n  image: nginx\n  db:\n    image: redis\n",
    right: "web:\n  image: nginx\ndb:\n  image: redis\n",
  }),
  "compose-section": error<{ section: string }>({
    wording: ({ section }) => ({
      message: `the top-level section ${quote(section)} exists in Compose files, not in stack files`,
      label: "not a service",
      help: ["leave it out; what the services need of it is declared in the compiled file"],
    }),
    why: "In a stack file every top-level key is a service. Volumes and networks need no declaration there: the compiler declares in the Compose file what the services use.",
    wrong: "db:\n  image: redis\nvolumes:\n  data: {}\n",
    right: "db:\n  image: redis\n",
  }),
  "missing-image": error<{ service: string }>({
    wording: ({ service }) => ({
      message: `service ${quote(service)} has no image`,
      label: "`image` is missing",
      help: ["add `image: NAME`"],
    }),
    why: "Every container is started from an image, so `image` is the one field that a service must have. Stack files cannot build images.",
    wrong: 'web:\n  ports:\n    - "80:80"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n',
  }),
  "unknown-field": error<{ service: string; field: string; near: string | undefined }>({
    wording: ({ service, field, near }) => ({
      message: `${quote(field)} is not a field of service ${quote(service)}`,
      label: "unknown field",
      help: [similar("field", near)],
    }),
    why: "The old platform silently ignored a field it did not know, and the setting was lost. Here it is an error.",
    wrong: "web:\n  image: nginx\n  envorinment:\n    - A=1\n",
    right: "web:\n  image: nginx\n  environment:\n    - A=1\n",
  }),
  "not-a-field": error<{ service: string; field: string; instead: string }>({
    wording: ({ service, field, instead }) => ({
      message: `stack files have no field ${quote(field)}, which service ${quote(service)} uses`,
      label: "not in stack files",
      help: [instead],
    }),
    why: "Some fields of Compose files and of the old platform's API look as if they belonged here, but stack files never had them, and the platform ignored them.",
    wrong: "web:\n  image: nginx\n  depends_on:\n    - db\ndb:\n  image: redis\n",
    right: "web:\n  image: nginx\n  links:\n    - db\ndb:\n  image: redis\n",
  }),
  "empty-field": error<{ service: string; field: string; item: number | undefined }>({
    wording: ({ service, field, item }) => ({
      message: `${item === undefined ? "" : `item ${item} of `}${quote(field)} of service ${quote(service)} has no value`,
      label: "empty",
      help: [
        item === undefined
          ? "write its value, indent the lines that belong to it, or leave the key out"
          : 'write its value, `""` for an empty text, or leave the item out',
      ],
    }),
    why: "A key with nothing after it usually lost its value to a slip of indentation. Only variables in `environment` may be empty: those are taken from the shell of whoever deploys.",
    wrong: "web:\n  image: nginx\n  ports:\n",
    right: "web:\n  image: nginx\n",
  }),
  "wrong-type": error<{ service: string; expected: string; found: string; help: string | undefined }>({
    wording: ({ service, expected, found, help }) => ({
      message: `service ${quote(service)}: ${expected}`,
      label: `this is ${found}`,
      help: [help],
    }),
    why: "Each field has its form: text, a number, true or false, a list or a mapping. `tutum-stack schema` prints all of them, and an editor that knows the schema shows them while you write.",
    wrong: 'web:\n  image: nginx\n  ports: "80:80"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n',
  }),
  "wrong-value": error<{
    service: string;
    expected: string;
    found: string;
    near: string | undefined;
    instead: string | undefined;
  }>({
    wording: ({ service, expected, found, near, instead }) => ({
      message: `service ${quote(service)}: ${expected}`,
      label: found,
      help: [instead ?? similar("value", near)],
    }),
    why: "The field knows a few words only. Case does not matter, nor does `-` for `_`.",
    wrong: "web:\n  image: nginx\n  autorestart: SOMETIMES\n",
    right: "web:\n  image: nginx\n  autorestart: ON_FAILURE\n",
  }),
  "variable-not-possible": error<{ service: string; field: string; expected: string }>({
    wording: ({ service, field, expected }) => ({
      message: `service ${quote(service)}: a variable cannot stand for ${quote(field)}`,
      label: "not a variable here",
      notes: [expected],
      help: ["write the value itself"],
    }),
    interpolate: true,
    why: "Variables are filled in when the stack is started. Words, numbers and true or false decide what the compiler writes, so it has to know them before.",
    wrong: "web:\n  image: nginx\n  net: $NETWORK\n",
    right: "web:\n  image: nginx\n  net: host\n",
  }),
  "incompatible-policies": error<{
    service: string;
    field: string;
    autodestroy: "ON_FAILURE" | "ON_SUCCESS" | "ALWAYS";
  }>({
    eachService: true,
    wording: ({ service, field, autodestroy }) => ({
      message: `service ${quote(service)} cannot be restarted always and destroyed ${{ ON_FAILURE: "on failure", ON_SUCCESS: "on success", ALWAYS: "always" }[autodestroy]}`,
      label: "has to be OFF",
      also: "every exit restarts the container",
      help: [`leave \`autodestroy\` out, or use \`${field}: ${field === "restart" ? "on-failure" : "ON_FAILURE"}\``],
    }),
    why: "Whether to restart is decided first, and only a container that will not be restarted is considered for removal. With `autorestart: ALWAYS` that never happens, so `autodestroy` has to be `OFF`.",
    wrong: "job:\n  image: busybox\n  autorestart: ALWAYS\n  autodestroy: ON_SUCCESS\n",
    right: "job:\n  image: busybox\n  autorestart: ON_FAILURE\n  autodestroy: ON_SUCCESS\n",
  }),
} as const;
