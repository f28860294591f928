import { wholeNumber } from "./live-options.ts";
import { InvalidArgumentError, Option, type Command } from "commander";
import { parseAllowance, type Allowance } from "../diagnostics/allow.ts";
import { formats } from "../diagnostics/render/index.ts";
import { isField } from "../stack/fields.ts";

/** Adds the options of all commands that compile or check stack files: how to read them, and what they allow. */
export function withReadOptions(command: Command): Command {
  return command
    .option("--interpolate", "treat $NAME and ${NAME} as variables, not as text")
    .option(
      "--link-variables",
      "write the variables that Docker set for links (DB_PORT, DB_ENV_...) into `environment`",
    )
    .addOption(
      new Option("--allow <codes>", "ignore these warnings (CODE or CODE:FIELD, with commas)").argParser(allowances),
    )
    .option("--stdin-filename <name>", "the name of standard input (-) in messages");
}

/** Adds the options of all commands that read stack files and print diagnostics. */
export function withInputOptions(command: Command): Command {
  const kinds = Object.entries(formats).map(([name, { summary }]) => `${name} (${summary})`);
  return withReadOptions(command)
    .option("--strict", "treat warnings as errors")
    .addOption(
      new Option("--max-warnings <n>", "fail if there are more warnings than this")
        .argParser(wholeNumber)
        .conflicts("strict"),
    )
    .option("--quiet", "print only errors, and nothing if there are none")
    .addOption(
      new Option("--format <kind>", `how diagnostics are printed: ${kinds.join(", ")}`)
        .choices(Object.keys(formats))
        .default("pretty"),
    );
}

/** Adds what a text allows, such as `dead-registry,not-in-target:tags`, to what earlier `--allow` options allow. */
function allowances(text: string, before: readonly Allowance[] = []): readonly Allowance[] {
  const given = text.split(",").map((word) => {
    const allowance = parseAllowance(word);
    if (allowance === undefined)
      throw new InvalidArgumentError(
        `There is no warning ${JSON.stringify(word)}; \`tutum-stack explain\` lists them.`,
      );
    if (allowance.field !== undefined && !isField(allowance.field))
      throw new InvalidArgumentError(`Services have no field ${JSON.stringify(allowance.field)}.`);
    return allowance;
  });
  return [...before, ...given];
}
