import { parse } from "yaml";
import { expect } from "vitest";
import { readStack, type ReadOptions } from "../../src/compile.ts";
import { namedSource } from "../../src/diagnostics/source.ts";
import { headerFor } from "../../src/targets/header.ts";
import { targets, type TargetName } from "../../src/targets/index.ts";
import { balancerOptions, type BalancerSettings } from "../../src/targets/balancer-options.ts";
import { sidecarOptions, type SidecarSettings } from "../../src/targets/sidecar-options.ts";
import { plainData } from "../../src/yaml/printable.ts";
import { composeSchemaErrors } from "./compose-schema.ts";

/** Expects an emitted file to be valid, and to be read by YAML 1.1 and 1.2 readers as the data it was printed from. */
export function expectReadsBack(
  text: string,
  stackFile: string,
  options: ReadOptions & SidecarSettings & BalancerSettings & { readonly target?: TargetName } = {},
): void {
  const read = readStack(namedSource(stackFile, options.fileName), { ...options, name: "shop" }, []);
  if (!read) throw new Error("the stack file was compiled but cannot be read");
  const { target = "compose" } = options;
  const { lower, outputs } = targets[target];
  const { balancerImage } = balancerOptions(options);
  const sidecar = sidecarOptions(options);
  const settings = {
    stackName: "shop",
    header: headerFor("stack.yml"),
    stackFolder: ".",
    sidecar,
    balancers: read.balancers,
    balancerImage,
  };
  const lowered = lower(read.stack, settings, read.report).find(({ name }) => name === outputs.stack);
  if (!lowered) throw new Error(`the stack file was compiled to no ${outputs.stack}`);
  const model = plainData(lowered.content);
  expect(parse(text, { mapAsMap: true })).toEqual(model);
  expect(parse(text, { mapAsMap: true, version: "1.1" })).toEqual(model);
  expect(composeSchemaErrors(parse(text))).toEqual([]);
}
