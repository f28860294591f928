import { warning } from "./entry.ts";
import { quote } from "./words.ts";

/** What values say that the old platform understood and nobody understands today, or that they should not say. */
export const valueCodes = {
  "dead-domain": warning<{
    service: string;
    field: string;
    host: string;
    /** What to write instead: a name inside of the stack, perhaps after a link was added, or what the name stood for. */
    instead:
      | { readonly name: string; readonly link: string | undefined }
      | "registry"
      | "api"
      | "machine"
      | "domain"
      | "outside";
  }>({
    wording: ({ service, field, host, instead }) => ({
      message: `service ${quote(service)}: the host ${quote(host)} in ${quote(field)} no longer exists`,
      label: "nobody answers here",
      notes: ["the names of the old platform were switched off with it"],
      help: typeof instead === "object" ? [insideOf(instead), hosts.outside] : [hosts[instead]],
    }),
    why: "The old platform gave services, containers and machines public names below tutum.io and dockerapp.io, kept images at tutum.co, and had its API at dashboard.tutum.co and cloud.docker.com/api. All of them are gone. A program that calls one fails, and a site that is reached under one is not reached.",
    wrong: "web:\n  image: nginx\n  environment:\n    - BASE_URL=http://web.shop.me.svc.tutum.io/\n",
    right: "web:\n  image: nginx\n  environment:\n    - BASE_URL=http://www.example.com/\n",
  }),
} as const;

const hosts = {
  registry: "name a host of today; images need a registry of today",
  api: "remove it, with the program that calls it: the API of the old platform is gone",
  machine: "write the name or the address of the machine",
  domain: "write the domain under which the site is reached now, such as `www.example.com`",
  outside: "outside of the stack, write the domain, or the name of the machine",
} as const;

function insideOf({ name, link }: { readonly name: string; readonly link: string | undefined }): string {
  const adding = link === undefined ? "" : `add ${quote(`links: [${link}]`)} and `;
  return `inside of the stack, ${adding}write ${quote(name)}`;
}
