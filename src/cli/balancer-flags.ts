import { Option, type Command } from "commander";
import { Problem } from "../files/problem.ts";
import type { BalancerSettings } from "../targets/balancer-options.ts";
import { isImageName } from "../targets/sidecar-options.ts";

/** The flags of `compile` for the old platform's load balancers. */
export interface BalancerFlags {
  readonly balancer: "haproxy" | "keep";
  readonly balancerImage?: string;
}

/** Adds the options of `compile` for the old platform's load balancers. */
export function withBalancerOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--balancer <kind>",
        "what becomes of the old platform's load balancer: HAProxy with a generated config, or the image as it is",
      )
        .choices(["haproxy", "keep"])
        .default("haproxy"),
    )
    .option("--balancer-image <ref>", "the image of HAProxy (default: haproxy:3.2-alpine)");
}

/** The settings that the user typed; a default is none. Throws a Problem. */
export function givenBalancerSettings(command: Command, flags: BalancerFlags): BalancerSettings {
  const { balancer, ...others } = balancerSettings(flags);
  const isGiven = command.getOptionValueSource("balancer") === "cli";
  return { ...others, ...(isGiven && balancer !== undefined ? { balancer } : {}) };
}

/** The settings that flags ask for. Throws a Problem. */
export function balancerSettings({ balancer, balancerImage }: BalancerFlags): BalancerSettings {
  if (balancerImage !== undefined && !isImageName(balancerImage))
    throw new Problem(`--balancer-image must be the name of an image, not ${JSON.stringify(balancerImage)}`);
  return { balancer, ...(balancerImage === undefined ? {} : { balancerImage }) };
}
