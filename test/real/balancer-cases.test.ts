import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { balancerCases, certificate, type BalancerCase, type BalancerRequest } from "../balancer/cases.ts";
import { makeAuthority, makeCertificate } from "../support/signed.ts";
import { suiteThatNeeds } from "./programs.ts";
import { needsHaproxy, Project, type Container } from "./project.ts";
import { answering, ask, publishedPort, valueOf } from "./web.ts";

const { title, isLeftOut } = suiteThatNeeds("what the original balancer did, HAProxy does", needsHaproxy);

describe.skipIf(isLeftOut)(title, () => {
  const project = new Project();
  const { folder } = project;
  const balancers = new Map<BalancerCase, Container>();

  beforeAll(async () => {
    for (const name of ["red", "blue"]) {
      makeAuthority(folder, `${name}-authority`);
      const text = makeCertificate(folder, `${name}.test`, `${name}-authority`);
      writeFileSync(join(folder, `${name}.pem`), text);
    }
    for (const name of ["members", "strangers"]) makeAuthority(folder, name);
    makeCertificate(folder, "member", "members");
    makeCertificate(folder, "stranger", "strangers");
    // One project for all: a balancer of its own for each case starts faster than a project.
    await project.up(JSON.stringify(Object.assign({}, ...balancerCases.map(servicesOf))));
    for (const [index, one] of balancerCases.entries()) balancers.set(one, await project.container(`lb-${index}`));
  }, 300_000);

  afterAll(() => project.down(), 120_000);

  test.each(balancerCases)("$title", async (one) => {
    const balancer = balancers.get(one)!;
    for (const request of one.requests)
      await vi.waitFor(async () => expect(await answerTo(request, balancer), request.url).toBe(request.expected), {
        timeout: 30_000,
        interval: 500,
      });
  });

  /** The services of a case, with names that no other case has. */
  function servicesOf({ balancer = {}, volumes = [], services, ports }: BalancerCase, index: number): object {
    const names = Object.keys(services);
    const lb = {
      image: "dockercloud/haproxy:1.6.7",
      roles: ["global"],
      links: names.map((name) => `${name}-${index}:${name}`),
      ports: ports.map(String),
      environment: withCertificates(balancer),
      volumes,
    };
    const linked = names.map(
      (name) => [`${name}-${index}`, answering(name, withCertificates(services[name]!))] as const,
    );
    return { [`lb-${index}`]: lb, ...Object.fromEntries(linked) };
  }

  /** Certificates are written as the original's documentation says: one line, with `\n` for the ends of lines. */
  function withCertificates(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(settings).map(([name, value]) => {
        const file = certificate.exec(value)?.[1];
        return [name, file === undefined ? value : textOf(`${file}.pem`).replaceAll("\n", "\\n")];
      }),
    );
  }

  function textOf(file: string): string {
    return readFileSync(join(folder, file), "utf8");
  }

  /** The answer in the words of the cases. */
  async function answerTo(request: BalancerRequest, balancer: Container): Promise<string> {
    const { protocol, host, hostname, port, pathname, search } = new URL(request.url);
    const isSecure = protocol === "https:";
    const published = publishedPort(balancer, Number(port || (isSecure ? 443 : 80)));
    const login = request.login && Buffer.from(request.login).toString("base64");
    try {
      const answer = await ask(published, pathname + search, {
        host: isSecure ? hostname : host,
        ...(login ? { headers: { Authorization: `Basic ${login}` } } : {}),
        ...(isSecure ? { trusts: request.trusts ? textOf(`${request.trusts}-authority.pem`) : "" } : {}),
        ...(request.shows
          ? { cert: textOf(`${request.shows}-own.pem`), key: textOf(`${request.shows}-own-key.pem`) }
          : {}),
      });
      const { location } = answer.headers;
      if (location !== undefined) return `${answer.status} ${location}`;
      return answer.status === 200 ? (valueOf(answer, "name") ?? "nobody") : String(answer.status);
    } catch {
      return "refused";
    }
  }
});
