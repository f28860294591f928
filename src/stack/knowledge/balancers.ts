/** Whether an image is a load balancer that finds the services behind it by links, or by asking the engine. */
export function isBalancer(image: string): boolean {
  return /(^|\/)[\w.-]*(haproxy|nginx-proxy|traefik)[\w.-]*(:|@|$)/i.test(image);
}

/** Whether an image is the load balancer of the platform. */
export function isPlatformBalancer(image: string): boolean {
  return /^(?:(?:index\.)?docker\.io\/)?(?:tutum|dockercloud)\/haproxy(?:[:@]|$)/i.test(image);
}
