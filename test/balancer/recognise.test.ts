import { expect, test } from "vitest";
import { balancerImage } from "../../src/stack/knowledge/balancers.ts";

test.each([
  ["tutum/haproxy", "plain"],
  ["dockercloud/haproxy:1.6.7", "plain"],
  ["Tutum/HAProxy", "plain"],
  ["index.docker.io/tutum/haproxy:latest", "plain"],
  ["registry.example.com:5000/dockercloud/haproxy@sha256:00", "plain"],
  ["turistforeningen/dockercloud-haproxy-letsencrypt:haproxy", "certificates"],
  ["turistforeningen/dockercloud-haproxy", "certificates"],
  ["turistforeningen/dockercloud-haproxy-letsencrypt:letsencrypt", undefined],
  ["quay.io/Turistforeningen/dockercloud-haproxy-letsencrypt:letsencrypt-1.0", undefined],
  ["interaction/haproxy:master", "certificates"],
  ["haproxy:1.7", undefined],
  ["prom/haproxy-exporter", undefined],
  ["mytutum/haproxy", undefined],
  ["tutum/haproxy-http", undefined],
  ["example/interaction-haproxy", undefined],
])("%s", (image, expected) => {
  expect(balancerImage(image)).toBe(expected);
});
