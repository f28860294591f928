import { Argument } from "commander";
import autodestroySchema from "../../../schema/autodestroy.schema.json" with { type: "json" };
import migrationSchema from "../../../schema/migration.schema.json" with { type: "json" };
import reportSchema from "../../../schema/report.schema.json" with { type: "json" };
import stacksSchema from "../../../schema/stacks.schema.json" with { type: "json" };
import stackSchema from "../../../schema/stack.schema.json" with { type: "json" };
import type { DefineCommand } from "../invocation.ts";

const schemas = {
  stack: stackSchema,
  stacks: stacksSchema,
  autodestroy: autodestroySchema,
  report: reportSchema,
  migration: migrationSchema,
};

/** `tutum-stack schema`: prints one of the JSON Schemas in schema/. */
export const defineSchema: DefineCommand = (program, { io, finish }) => {
  program
    .command("schema")
    .description(
      "print the JSON Schema of stack files, tutum-stack.json, autodestroy.json, diagnostics or the report of migrate",
    )
    .addArgument(new Argument("[name]", "the schema to print").choices(Object.keys(schemas)).default("stack"))
    .action((name: keyof typeof schemas) => {
      io.stdout.write(`${JSON.stringify(schemas[name], null, 2)}\n`);
      finish(0);
    });
};
