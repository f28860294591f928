import { configPath } from "../../balancer/image.ts";
import type { KnownLink, Service, Stack } from "../../stack/model.ts";
import { Quoted, type Printable } from "../../yaml/print.ts";
import type { BalancerConfig } from "../balancers.ts";
import { containerOf } from "./network.ts";

/**
 * The keys that only a load balancer has. Its label makes Compose replace the container when the config has changed:
 * Compose does not look into the file, and a container would not see a file that was replaced.
 */
export function balancerKeys(
  { file, fingerprint }: BalancerConfig,
  { command }: Service,
): Readonly<Record<string, Printable>> {
  return {
    labels: new Map([[fingerprintLabel, new Quoted(fingerprint)]]),
    volumes: [`./${file}:${configPath}:ro`],
    security_opt: ["no-new-privileges:true"],
    ...(command === undefined ? {} : { tmpfs: ["/tmp"] }),
  };
}

/** The label of a load balancer's container that says which config it has. */
export const fingerprintLabel = "io.tutum-stack.config";

/** The name under which Docker has all containers of a linked service: an alias would lead to one of them. */
export function hostOf(link: KnownLink, { services }: Stack): string {
  if (link.stack === undefined) return link.service;
  const isTaken = [...services.keys()].some((name) => name.toLowerCase() === link.service.toLowerCase());
  return isTaken ? containerOf(link.stack, link.service).name : link.service;
}
