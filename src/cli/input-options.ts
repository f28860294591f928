import { wholeNumber } from "./live-options.ts";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { Code } from "../diagnostics/catalogue/index.ts";
import { formats } from "../diagnostics/render/index.ts";
import { warnings } from "./report.ts";

/** Adds the options of all commands that read a stack file and print diagnostics. */
export function withInputOptions(command: Command): Command {
  const kinds = Object.entries(formats).map(([name, { summary }]) => `${name} (${summary})`);
  return command
    .option("--interpolate", "treat $NAME and ${NAME} as variables, not as text")
    .option(
      "--link-variables",
      "write the variables that Docker set for links (DB_PORT, DB_ENV_...) into `environment`",
    )
    .option("--strict", "treat warnings as errors")
    .addOption(
      new Option("--max-warnings <n>", "fail if there are more warnings than this")
        .argParser(wholeNumber)
        .conflicts("strict"),
    )
    .addOption(new Option("--allow <codes>", "ignore these warnings (comma-separated codes)").argParser(warningCodes))
    .option("--quiet", "print only errors, and nothing if there are none")
    .addOption(
      new Option("--format <kind>", `how diagnostics are printed: ${kinds.join(", ")}`)
        .choices(Object.keys(formats))
        .default("pretty"),
    )
    .option("--stdin-filename <name>", "the name of standard input (-) in messages");
}

/** Adds the codes to those of earlier `--allow` options. */
function warningCodes(text: string, before: readonly Code[] = []): readonly Code[] {
  const known = warnings();
  const given = text.split(",").map((word) => {
    const code = known.find((candidate) => candidate === word.trim());
    if (code === undefined)
      throw new InvalidArgumentError(
        `There is no warning ${JSON.stringify(word)}; \`tutum-stack explain\` lists them.`,
      );
    return code;
  });
  return [...before, ...given];
}
