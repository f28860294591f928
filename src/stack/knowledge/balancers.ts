/** Whether an image is a load balancer that finds the services behind it by links, or by asking the engine. */
export function isBalancer(image: string): boolean {
  return /(^|\/)[\w.-]*(haproxy|nginx-proxy|traefik)[\w.-]*(:|@|$)/i.test(image);
}

/**
 * What a load balancer of the old platform is: its own image, or one that also fetched certificates from Let's Encrypt.
 */
export type BalancerKind = "plain" | "certificates";

/**
 * Whether an image is the load balancer of the old platform or a fork of it, under any registry and with any tag
 * (reference balancer.md 1.1).
 */
export function balancerImage(image: string): BalancerKind | undefined {
  if (isCertificateCompanion(image)) return undefined;
  const repository = image
    .replace(/@.*$/, "")
    .replace(/:[^/]*$/, "")
    .toLowerCase();
  if (/(^|\/)(tutum|dockercloud)\/haproxy$/.test(repository)) return "plain";
  const isFork = /(^|\/)(turistforeningen\/dockercloud-haproxy(-letsencrypt)?|interaction\/haproxy)$/.test(repository);
  return isFork ? "certificates" : undefined;
}

/**
 * Whether an image got the certificates that a fork of the load balancer used: one of its tags is that program. Source:
 * github.com/Turistforeningen/dockercloud-haproxy-letsencrypt docker-cloud.yml.
 */
export function isCertificateCompanion(image: string): boolean {
  return /(^|\/)turistforeningen\/dockercloud-haproxy-letsencrypt:letsencrypt/i.test(image);
}
