/** Where HAProxy's image has its config. */
export const configPath = "/usr/local/etc/haproxy/haproxy.cfg";

/** The image that takes the place of the old load balancer, if the caller names no other. */
export const defaultBalancerImage = "haproxy:3.2-alpine";
