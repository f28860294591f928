import { error, warning } from "./entry.ts";
import { bothReadings, dollarOf, quote, variableHint } from "./words.ts";

/** Texts that the programs that read them take for different things: `$`, and the values of YAML 1.1. */
export const readingCodes = {
  "bad-interpolation": error<{
    service: string;
    found: string;
    /** The name of the secret that it is a part of. */
    secret: string | undefined;
    /** Whether the file has `$$` as well, which would mean something else without `--interpolate`. */
    hasDoubled: boolean;
  }>({
    wording: ({ service, found, secret, hasDoubled }) => ({
      message:
        `service ${quote(service)}: ${dollarOf(found, secret)} ` +
        `${secret === undefined ? "is not a variable" : "does not begin a variable"} \`$NAME\` or \`\${NAME}\``,
      label: "not a variable",
      help: [
        secret === undefined
          ? `write ${quote(`$${found}`)} for this text, and \`$NAME\` or \`\${NAME}\` for a variable`
          : "write `$$` for a dollar sign",
        hasDoubled ? undefined : "leave `--interpolate` out if `$` is meant as text",
      ],
    }),
    why:
      "With `--interpolate`, `$NAME` and `${NAME}` are variables and `$$` is a dollar sign, as for the command line " +
      "`docker-cloud`. That program refused everything else that begins with `$`, including defaults such as " +
      "`${A:-b}`.",
    wrong: "web:\n  image: nginx\n  environment:\n    - PRICE=$5\n",
    right: "web:\n  image: nginx\n  environment:\n    - PRICE=$$5\n",
    option: "--interpolate",
  }),
  "variable-in-name": error<{ service: string; name: string }>({
    wording: ({ service, name }) => ({
      message: `service ${quote(service)}: the name ${quote(name)} contains a variable`,
      label: "never substituted",
      help: ["write the name without a variable"],
    }),
    why: "Compose substitutes variables in values, never in names, so the name would keep its `$`.",
    wrong: "web:\n  image: nginx\n  environment:\n    - ${PREFIX}_MODE=a\n",
    right: "web:\n  image: nginx\n  environment:\n    - MODE=${PREFIX}\n",
    option: "--interpolate",
  }),
  "dollar-is-text": warning<{
    service: string;
    variable: string;
    /** The name of the secret that it is a part of. */
    secret: string | undefined;
    /** Whether it is `$$`: in a file without any single `$` that is text, or beside one. */
    doubled: "for a client" | "beside others" | undefined;
  }>({
    harm: "loses",
    wording: ({ service, variable, secret, doubled }) =>
      doubled === undefined
        ? {
            message: `service ${quote(service)}: ${dollarOf(variable, secret)} is kept as text`,
            label: "not substituted",
            help: [variableHint(variable)],
          }
        : {
            message: `service ${quote(service)}: \`$$\` is kept as two \`$\``,
            label: "two, not one",
            notes: ["the command line `docker-cloud` took `$$` for one `$`; `tutum` and the web interface did not"],
            help: [
              doubled === "for a client"
                ? "use `--interpolate` if one `$` is meant"
                : "write one `$` if one is meant; this file has other `$` that `--interpolate` would refuse",
            ],
          },
    why:
      "The command line `tutum` and the web interface treated `$` as text, and `docker-cloud` substituted variables. " +
      "The file does not say for which of these it was written. Text is the default, because passwords contain `$` " +
      "and no shell variable should leak into the output. With `--interpolate`, `$NAME` and `${NAME}` are taken " +
      "from the environment when the stack is started.",
    wrong: "web:\n  image: nginx\n  environment:\n    - HOST=${HOSTNAME}\n",
    right: "web:\n  image: nginx\n  environment:\n    - HOST=web.example.com\n",
  }),
  "variable-in-command": warning<{ service: string; field: string; variable: string }>({
    harm: "loses",
    perService: true,
    wording: ({ service, field, variable }) => ({
      message: `service ${quote(service)}: Compose, not the container, fills in ${quote(variable)} in ${quote(field)}`,
      label: "not the container's variable",
      notes: ["the value comes from the shell that starts the stack, not from the container"],
      help: [`write ${quote(`$${variable}`)} for the shell in the container: \`$$\` becomes \`$\``],
    }),
    why:
      "With `--interpolate`, Compose replaces variables in every field with values of the shell that starts the " +
      "stack. A shell in the container, which a command such as `sh -c` starts, then finds no variable any more. " +
      "`$$` becomes `$`, so `$$NAME` is a variable of the container.",
    wrong: "web:\n  image: nginx\n  command: sh -c 'exec server --port $PORT'\n",
    right: "web:\n  image: nginx\n  command: sh -c 'exec server --port $$PORT'\n",
    option: "--interpolate",
  }),
  "yaml-1.1-value": warning<{
    service: string;
    text: string;
    read: string;
    now: string;
    isNumeric: boolean;
    /** The name of the secret that it is. */
    secret: string | undefined;
  }>({
    harm: "loses",
    wording: ({ service, text, read, now, isNumeric, secret }) =>
      secret === undefined
        ? {
            message: `service ${quote(service)}: ${quote(text)} is ${now} now, but the old platform read ${read}`,
            label: `was ${read}`,
            notes: [
              read === "true" || read === "false"
                ? "nobody recorded which text the platform made of this value; docker-compose 1 made `True` and `False`"
                : undefined,
            ],
            help: bothReadings(text, read, now, isNumeric),
          }
        : {
            message: `service ${quote(service)}: the old platform read another value for ${quote(secret)}`,
            label: "was another value",
            help: ["put the value in quotes if the text is meant"],
          },
    why:
      "The command lines `tutum` and `docker-cloud` read YAML 1.1, where unquoted `yes` is true, `22:22` a number in " +
      "base 60, and `0777` an octal number. tutum-stack keeps the text of the file. The warning shows the value that " +
      "the container may have got until now.",
    wrong: "web:\n  image: nginx\n  ports:\n    - 22:22\n",
    right: 'web:\n  image: nginx\n  ports:\n    - "22:22"\n',
  }),
} as const;
