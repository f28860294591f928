import { Option, type Command } from "commander";
import { Problem } from "../files/problem.ts";
import type { ListedStack } from "../stack-list/parse.ts";
import type { BalancerSettings } from "../targets/balancer-options.ts";
import { isImageName } from "../targets/sidecar-options.ts";

/** The flags of `compile` and `up` for the old platform's load balancers. */
export type BalancerFlags = Pick<ListedStack, "balancer" | "balancerImage">;

/** Adds the options for the old platform's load balancers. */
export function withBalancerOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--balancer <kind>",
        "what becomes of the old platform's load balancer: HAProxy with a generated config (the default), or the " +
          "old image as it is",
      ).choices(["haproxy", "keep"]),
    )
    .option("--balancer-image <ref>", "the image of HAProxy (default: haproxy:3.2-alpine)");
}

/** The settings that flags ask for. Throws a Problem. */
export function balancerSettings({ balancer, balancerImage }: BalancerFlags): BalancerSettings {
  if (balancerImage !== undefined && !isImageName(balancerImage))
    throw new Problem(`--balancer-image must be the name of an image, not ${JSON.stringify(balancerImage)}`);
  return {
    ...(balancer === undefined ? {} : { balancer }),
    ...(balancerImage === undefined ? {} : { balancerImage }),
  };
}
