import { error, warning } from "./entry.ts";
import { listOf, quote, similar } from "./words.ts";

/** Mistakes in the shape of the file: the kind of file, its services and fields, and their types. */
export const shapeCodes = {
  "not-a-stack-file": error<{ found: string }>({
    wording: ({ found }) => ({
      message: `this is not a stack file: ${found}`,
      label: "not a service",
      help: ["write each service as its name followed by `:`, and below it its fields, indented"],
    }),
    why: "A stack file is a mapping whose top-level keys are the names of services.",
    wrong: "- image: nginx\n- image: redis\n",
    right: "web:\n  image: nginx\ndb:\n  image: redis\n",
  }),
  "compose-file": error<{ key: string; stackFields: readonly string[]; hasDeploy: boolean }>({
    wording: ({ key, stackFields, hasDeploy }) => ({
      message: "this is a Compose file, not a stack file",
      label: "a key of Compose files",
      notes: [
        `a Compose file has ${quote(key)} at the top level, and Docker reads it directly`,
        ...(stackFields.length > 0 ? [`Docker refuses ${listOf(stackFields)}`] : []),
      ],
      help: [
        ...(stackFields.length > 0
          ? []
          : [
              "start this file with `docker compose up`" +
                (hasDeploy ? ", or on a Swarm with `docker stack deploy`" : ""),
            ]),
        `to make a stack file of it, delete ${quote(`${key}:`)} and the other sections, and move the services to the ` +
          "left edge",
      ],
    }),
    why:
      "Compose files of version 2 and later have their services under the top-level key `services`, and Docker " +
      "reads them directly, so there is nothing to compile. If you want a stack file, make the services the " +
      "top-level keys.",
    wrong: "services:\n  web:\n    image: nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "bad-config": error<{
    problem: string;
    /** The most similar setting or code. */
    near?: string | undefined;
  }>({
    wording: ({ problem, near }) => ({
      message: problem,
      label: "not possible here",
      help: [
        near === undefined
          ? "`tutum-stack schema stacks` prints what `tutum-stack.json` can hold"
          : `did you mean ${quote(near)}?`,
      ],
    }),
    why:
      "`tutum-stack.json` lists the stacks of a repository, with how each is compiled. A setting that is misspelt " +
      "would have no effect, so nothing is compiled. The paths in `tutum-stack.json` must stay below the folder of " +
      "this file.",
    file: "tutum-stack.json",
    wrong: '{ "stacks": [{ "file": "stack.yml", "targte": "swarm" }] }\n',
    right: '{ "stacks": [{ "file": "stack.yml", "target": "swarm" }] }\n',
  }),
  "look-alike": error<object>({
    wording: () => ({
      message: "this is a file of another tool, not a stack file: its `services` is a list",
      label: "a list of services",
      help: ["write each service as a top-level key, with its fields below it, indented"],
    }),
    why:
      "A command-line tool of 2014 read files of the same name, in which clusters and services are lists. The " +
      "platform itself never read that format.",
    wrong: "services:\n- name: redis\n  image: redis\n",
    right: "redis:\n  image: redis\n",
  }),
  "no-services": error<object>({
    wording: () => ({
      message: "the file defines no service",
      label: "no service here",
      help: ["add a service: its name followed by `:`, and below it `image: NAME`, indented"],
    }),
    why:
      "Top-level keys that begin with `x-` or `.` are templates for merge keys. At least one other key must be a " +
      "service.",
    wrong: "x-base:\n  image: nginx\n",
    right: "x-base: &base\n  image: nginx\nweb:\n  <<: *base\n",
  }),
  "unnamed-service": error<{ fields: readonly string[] }>({
    wording: ({ fields }) => ({
      message:
        `a service has no name: its ${fields.length > 1 ? "fields" : "field"} ${listOf(fields)} ` +
        `${fields.length > 1 ? "are" : "is"} at the top level`,
      label: "a field, not a service",
      help: ["write the name of the service on the line above, such as `web:`, and indent its fields"],
    }),
    why:
      "The top-level keys of a stack file are the names of services. Fields such as `image` are below a name, " +
      "indented.",
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
      message:
        `${isEmpty ? `service ${quote(service)} is empty, because ` : ""}${listOf(fields)} below ` +
        `${isEmpty ? "it" : `service ${quote(service)}`} ${fields.length > 1 ? "are" : "is"} not indented`,
      label: "not indented",
      also: isEmpty ? "empty" : "the service above",
      help: [
        `indent the fields of ${quote(service)} by two spaces` +
          (others.length > 0 ? `, and those of ${listOf(others)}` : ""),
      ],
    }),
    why:
      "Indentation shows which fields belong to a service. Without it the file is still valid YAML, but the " +
      "service is empty and its fields look like services named `image` and `ports`.",
    wrong: 'web:\nimage: nginx\nports:\n  - "80:80"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n',
  }),
  "bad-service-name": error<{ name: string }>({
    wording: ({ name }) => ({
      message: `${quote(name)} is not a valid service name`,
      label: "not a valid name",
      notes: ["a service name must consist of letters, digits, `-`, `_` and `.`, and begin with a letter or a digit"],
      help: ["rename the service; if it is no service but a template for `<<`, begin its name with `x-`"],
    }),
    why:
      "The name of a service becomes the name of its containers and its host name on the network, in Docker as " +
      "on the old platform.",
    wrong: "web/api:\n  image: nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "unused-template": warning<{ name: string }>({
    harm: "hint",
    wording: ({ name }) => ({
      message:
        `${quote(name)} is treated as a template, not as a service, because its name begins with ` +
        quote(name.startsWith(".") ? "." : name.slice(0, 2)),
      label: "not a service",
      help: ["rename the key if it is meant to be a service"],
    }),
    why:
      "Top-level keys that begin with `x-` or `.` are templates for merge keys. This one has an image but no " +
      "anchor (`&NAME`), so nothing can use it. It may be meant to be a service.",
    wrong: "web:\n  image: nginx\nx-ray:\n  image: nginx\n",
    right: "web:\n  image: nginx\nray:\n  image: nginx\n",
  }),
  "not-a-service": error<{ name: string; found: string }>({
    wording: ({ name, found }) => ({
      message: `the top-level key ${quote(name)} must be a service (a mapping of fields), not ${found}`,
      label: `this is ${found}`,
      help: [`write the fields of the service below ${quote(`${name}:`)}, indented, or leave the key out`],
    }),
    why:
      "Every top-level key is a service, or a template that begins with `x-` or `.`. A service is a mapping of " +
      "fields such as `image`. There are no settings for the whole stack.",
    wrong: "name: shop\nweb:\n  image: nginx\n",
    right: "web:\n  image: nginx\n",
  }),
  "empty-service": error<{ service: string }>({
    wording: ({ service }) => ({
      message: `service ${quote(service)} has no fields`,
      label: "empty",
      help: ["write `image: NAME` below it, indented"],
    }),
    why:
      "A service needs at least an image. An empty service is often an indentation mistake: its fields are " +
      "indented too little or too much.",
    wrong: "web:\ndb:\n  image: redis\n",
    right: "web:\n  image: nginx\ndb:\n  image: redis\n",
  }),
  "nested-service": error<{ service: string; nested: string }>({
    wording: ({ service, nested }) => ({
      message: `service ${quote(nested)} is inside service ${quote(service)}`,
      label: "indented too far",
      help: [`move ${quote(nested)} to the same column as ${quote(service)}`],
    }),
    why:
      "All services are at the top level. A service that is indented too far becomes a field of the service " +
      "above it.",
    wrong: "web:\n  image: nginx\n  db:\n    image: redis\n",
    right: "web:\n  image: nginx\ndb:\n  image: redis\n",
  }),
  "compose-section": error<{ section: string }>({
    wording: ({ section }) => ({
      message: `the top-level section ${quote(section)} belongs in Compose files, not in stack files`,
      label: "not a service",
      help: ["leave this section out; the compiled file declares what the services need"],
    }),
    why:
      "In a stack file every top-level key is a service, or a template that begins with `x-` or `.`. Volumes and " +
      "networks need no declaration: the compiler declares those that the services use.",
    wrong: "db:\n  image: redis\nvolumes:\n  data: {}\n",
    right: "db:\n  image: redis\n",
  }),
  "missing-image": error<{ service: string }>({
    wording: ({ service }) => ({
      message: `service ${quote(service)} has no image`,
      label: "`image` is missing",
      help: ["add `image: NAME`"],
    }),
    why:
      "Every container is started from an image, so `image` is the only field that a service must have. Stack " +
      "files cannot build images.",
    wrong: 'web:\n  ports:\n    - "80:80"\n',
    right: 'web:\n  image: nginx\n  ports:\n    - "80:80"\n',
  }),
  "unknown-field": error<{ service: string; field: string; near: string | undefined }>({
    wording: ({ service, field, near }) => ({
      message: `service ${quote(service)} has the unknown field ${quote(field)}`,
      label: "unknown field",
      help: [similar("field", near)],
    }),
    why:
      "The old platform silently ignored a field that it did not know, and the setting was lost. tutum-stack " +
      "reports an error instead.",
    wrong: "web:\n  image: nginx\n  envorinment:\n    - A=1\n",
    right: "web:\n  image: nginx\n  environment:\n    - A=1\n",
  }),
  "not-a-field": error<{ service: string; field: string; instead: string }>({
    wording: ({ service, field, instead }) => ({
      message: `service ${quote(service)}: stack files have no field ${quote(field)}`,
      label: "not in stack files",
      help: [instead],
    }),
    why:
      "The field belongs to Compose files or to the old platform's API. Stack files never had it, and the " +
      "platform ignored it. The help says what to write instead.",
    wrong: "web:\n  image: nginx\n  depends_on:\n    - db\ndb:\n  image: redis\n",
    right: "web:\n  image: nginx\n  links:\n    - db\ndb:\n  image: redis\n",
  }),
  "empty-field": error<{ service: string; field: string; item: number | undefined }>({
    wording: ({ service, field, item }) => ({
      message: `service ${quote(service)}: ${item === undefined ? "" : `item ${item} of `}${quote(field)} has no value`,
      label: "empty",
      help: [
        item === undefined
          ? `write a value, indent the lines of the value, or leave ${quote(field)} out`
          : 'write a value, write `""` for an empty text, or leave the item out',
      ],
    }),
    why:
      "A key without a value is often an indentation mistake: its value is on the lines below, but not indented. " +
      "Only variables in `environment` may be empty: they get their values from the shell that starts the stack.",
    wrong: "web:\n  image: nginx\n  ports:\n",
    right: "web:\n  image: nginx\n",
  }),
  "wrong-type": error<{ service: string; expected: string; found: string; help: string | undefined }>({
    wording: ({ service, expected, found, help }) => ({
      message: `service ${quote(service)}: ${expected}`,
      label: `this is ${found}`,
      help: [help],
    }),
    why:
      "Each field has a type: text, a number, true or false, a list or a mapping. `tutum-stack schema` prints " +
      "the schema with all of them, and an editor that uses the schema shows them as you type.",
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
    why: "The field accepts only the values in the message, in upper or lower case; `-` and `_` are the same.",
    wrong: "web:\n  image: nginx\n  autorestart: SOMETIMES\n",
    right: "web:\n  image: nginx\n  autorestart: ON_FAILURE\n",
  }),
  "variable-not-possible": error<{ service: string; field: string; expected: string }>({
    wording: ({ service, field, expected }) => ({
      message: `service ${quote(service)}: ${quote(field)} cannot be a variable`,
      label: "no variable possible here",
      notes: [expected],
      help: ["write the value itself"],
    }),
    option: "--interpolate",
    why:
      "Variables are substituted when the stack is started. What the compiler writes depends on the value of " +
      "this field, so it must know the value earlier.",
    wrong: "web:\n  image: nginx\n  net: $NETWORK\n",
    right: "web:\n  image: nginx\n  net: host\n",
  }),
  "incompatible-policies": error<{
    service: string;
    field: string;
    autodestroy: "ON_FAILURE" | "ON_SUCCESS" | "ALWAYS";
  }>({
    perService: true,
    wording: ({ service, field, autodestroy }) => ({
      message:
        `service ${quote(service)}: ${quote(`${field}: ${field === "restart" ? "always" : "ALWAYS"}`)} cannot be ` +
        `combined with ${quote(`autodestroy: ${autodestroy}`)}`,
      label: "must be OFF",
      also: "every exit restarts the container",
      help: [`leave \`autodestroy\` out, or use \`${field}: ${field === "restart" ? "on-failure" : "ON_FAILURE"}\``],
    }),
    why:
      "`autorestart` comes first: `autodestroy` removes only a container that is not restarted. With " +
      "`autorestart: ALWAYS` a container that ends on its own is always restarted, so `autodestroy` must be " +
      "`OFF`.",
    wrong: "job:\n  image: busybox\n  autorestart: ALWAYS\n  autodestroy: ON_SUCCESS\n",
    right: "job:\n  image: busybox\n  autorestart: ON_FAILURE\n  autodestroy: ON_SUCCESS\n",
  }),
} as const;
