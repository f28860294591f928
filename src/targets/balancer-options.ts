import { defaultBalancerImage } from "../balancer/image.ts";
import type { BalancerChoice } from "../balancer/model.ts";
import { isImageName } from "./sidecar-options.ts";

/** What the caller wants of the load balancers of the old platform. */
export interface BalancerSettings {
  /** `haproxy` replaces them with HAProxy and a generated config, `keep` leaves the image; `haproxy` if left out. */
  readonly balancer?: BalancerChoice;
  /** The image of HAProxy; the official one if left out. */
  readonly balancerImage?: string;
}

/** The settings with their defaults. Throws a RangeError for an impossible one. */
export function balancerOptions({
  balancer = "haproxy",
  balancerImage = defaultBalancerImage,
}: BalancerSettings): Required<BalancerSettings> {
  if (balancer !== "haproxy" && balancer !== "keep")
    throw new RangeError(`balancer must be "haproxy" or "keep", not ${JSON.stringify(balancer)}`);
  if (!isImageName(balancerImage)) throw new RangeError(`not the name of an image: ${JSON.stringify(balancerImage)}`);
  return { balancer, balancerImage };
}
