import type { Report } from "../diagnostics/diagnostic.ts";
import { balancerImage } from "../stack/knowledge/balancers.ts";
import type { Stack } from "../stack/model.ts";
import type { Balancer, BalancerChoice } from "./model.ts";
import { readBalancer } from "./read-balancer.ts";

/** The load balancers of a stack that HAProxy replaces. Reports each, and what is lost (reference balancer.md 5). */
export function balancersOf(stack: Stack, choice: BalancerChoice, report: Report): readonly Balancer[] {
  return [...stack.services.values()].flatMap((service) => {
    const kind = balancerImage(service.image);
    if (kind === undefined) return [];
    const at = [...service.origin, "image"];
    if (choice === "keep") {
      const use = "leave out `--balancer keep`: then HAProxy with a generated config takes its place";
      report("orphaned-image", at, {
        service: service.name,
        image: service.image,
        use,
        changes: [],
        missing: undefined,
      });
      return [];
    }
    report("balancer-replaced", at, { service: service.name, image: service.image });
    if (kind === "certificates") report("certificate-companion", at, { service: service.name, image: service.image });
    return [readBalancer(service, stack, { fetchesCertificates: kind === "certificates" }, report)];
  });
}
