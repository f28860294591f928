import { warning } from "./entry.ts";
import { quote } from "./words.ts";

/** What becomes of the load balancer of the old platform. */
export const balancerCodes = {
  "balancer-replaced": warning<{ service: string; image: string }>({
    harm: "rewrites",
    perService: true,
    wording: ({ service, image }) => ({
      message: `service ${quote(service)}: HAProxy replaces the load balancer ${quote(image)}`,
      label: "finds no services today",
      notes: [
        "the old load balancer asked the old platform for its services; now a config beside the compiled file names " +
          "these services",
      ],
      help: ["change nothing, and accept this warning with `--allow balancer-replaced`"],
    }),
    why:
      "The load balancer of the old platform asked the platform's API, which is gone, for the containers. It read " +
      "its settings from the variables of the linked services. The compiled stack has today's HAProxy instead, with " +
      "a config that says the same. Docker's DNS tells HAProxy which containers there are. You need to change " +
      "nothing in the stack file; accept this warning.",
    wrong: 'lb:\n  image: dockercloud/haproxy\n  links:\n    - web\nweb:\n  image: nginx\n  expose:\n    - "80"\n',
    right:
      "lb:\n  image: dockercloud/haproxy # tutum-stack: allow balancer-replaced\n  links:\n    - web\n" +
      'web:\n  image: nginx\n  expose:\n    - "80"\n',
  }),
  "unknown-backend-port": warning<{ service: string; target: string; port: number | undefined }>({
    harm: "hint",
    perService: true,
    wording: ({ service, target, port }) => ({
      message:
        `service ${quote(service)}: the port of ${quote(target)} is not known` +
        (port === undefined ? `, so ${quote(target)} gets no requests` : ", so requests go to port 80"),
      label: "port not known",
      also: "names no port",
      notes: ["the old platform read the port from the image"],
      help: [`write the port of the containers into ${quote(target)}: ${quote('expose: ["3000"]')}`],
    }),
    why:
      "Requests go to a port of the container. The old platform knew the ports that an image exposes; the compiler " +
      "does not see images, so the service needs `expose` or `ports`. If port 80 is wrong, the balancer finds no " +
      "healthy container and answers 503.",
    wrong: "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\nweb:\n  image: me/web\n",
    right: 'lb:\n  image: dockercloud/haproxy\n  links:\n    - web\nweb:\n  image: me/web\n  expose:\n    - "3000"\n',
  }),
  "several-backend-ports": warning<{ service: string; target: string; ports: readonly number[]; port: number }>({
    harm: "loses",
    perService: true,
    wording: ({ service, target, ports, port }) => ({
      message: `service ${quote(service)} sends requests only to port ${port} of ${quote(target)}`,
      label: `has ${ports.length} ports`,
      notes: ["the old load balancer sent requests to all these ports in turn"],
      help: [
        `if ${port} is the right port, write ` +
          `${quote(`EXCLUDE_PORTS: "${listed(ports.filter((one) => one !== port))}"`)} into the ` +
          `${quote("environment")} of ${quote(target)}; if not, list all ports except the right one in ` +
          quote("EXCLUDE_PORTS"),
      ],
    }),
    why:
      "The balancer sends requests to one port of a container: 80, or else the first one. The setting " +
      "`EXCLUDE_PORTS` of the service lists the ports that get no requests.",
    wrong:
      'lb:\n  image: dockercloud/haproxy\n  links:\n    - web\nweb:\n  image: me/web\n  expose:\n    - "80"\n' +
      '    - "443"\n',
    right:
      'lb:\n  image: dockercloud/haproxy\n  links:\n    - web\nweb:\n  image: me/web\n  expose:\n    - "80"\n' +
      '    - "443"\n  environment:\n    EXCLUDE_PORTS: "443"\n',
  }),
  "unreached-service": warning<{ service: string; target: string; stack: string | undefined; other: string }>({
    harm: "hint",
    perService: true,
    wording: ({ service, target, stack, other }) => ({
      message:
        `service ${quote(service)} sends no requests to ${quote(target)}` +
        (stack === undefined
          ? ", which has no `VIRTUAL_HOST`"
          : `: ${quote(target)} is in the file of stack ${quote(stack)}, so its \`VIRTUAL_HOST\` cannot be read`),
      label: "gets no requests",
      also: `requests for this host go to ${quote(other)}`,
      notes: [
        stack === undefined
          ? "the old load balancer did the same as soon as one service had a `VIRTUAL_HOST`"
          : undefined,
      ],
      help: [
        (stack === undefined ? "" : `move ${quote(target)} from the stack ${quote(stack)} into this one, and `) +
          `write the host of ${quote(target)} as ${quote("VIRTUAL_HOST")} into its ${quote("environment")}; ` +
          `${quote('"*"')} means all other hosts`,
        `if nobody needs to reach ${quote(target)} through the balancer, remove the link`,
      ],
    }),
    why:
      "As soon as one linked service has a `VIRTUAL_HOST`, the balancer chooses a service by host and path. A " +
      "service without a `VIRTUAL_HOST` then gets no requests.",
    wrong:
      "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n    - api\n" +
      "web:\n  image: nginx\napi:\n  image: nginx\n  environment:\n    VIRTUAL_HOST: api.example.com\n",
    right:
      "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n    - api\n" +
      "web:\n  image: nginx\n  environment:\n    VIRTUAL_HOST: www.example.com\n" +
      "api:\n  image: nginx\n  environment:\n    VIRTUAL_HOST: api.example.com\n",
  }),
  "missing-certificate": warning<{ service: string; target: string; setting: string }>({
    harm: "hint",
    perService: true,
    wording: ({ service, target, setting }) => ({
      message: `service ${quote(service)} has no certificate for ${quote(target)}`,
      label: "needs a certificate",
      notes: [
        setting === "FORCE_SSL"
          ? "the balancer sends every request to HTTPS, where nobody answers"
          : `without a certificate, the port of each ${setting === "TCP_PORTS" ? "`/ssl`" : "`https://` or `wss://`"}` +
            " entry is open without TLS; the old load balancer did the same",
      ],
      help: [
        `write the certificate and its key, in PEM, as ${quote("SSL_CERT")} of ${quote(service)}; or mount a folder ` +
          `with such a file, and write the path of the folder as ${quote("CERT_FOLDER")}`,
      ],
    }),
    why:
      "`https://` and `wss://` in a `VIRTUAL_HOST`, `/ssl` in `TCP_PORTS` and `FORCE_SSL` need a certificate. " +
      "Without a certificate, the balancer opens the port, but without TLS.",
    wrong:
      "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n" +
      "web:\n  image: nginx\n  environment:\n    VIRTUAL_HOST: https://www.example.com\n",
    right:
      "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n  environment:\n    - SSL_CERT\n" +
      "web:\n  image: nginx\n  environment:\n    VIRTUAL_HOST: https://www.example.com\n",
  }),
  "lost-balancer-setting": warning<{ service: string; setting: string; why: string; help: string }>({
    harm: "loses",
    perService: true,
    wording: ({ service, setting, why, help }) => ({
      message: `service ${quote(service)}: ${quote(setting)} has no effect on the new load balancer`,
      label: "left out",
      notes: [why],
      help: [help],
    }),
    why:
      "Most settings of the old load balancer are lines of today's HAProxy. A few have no equivalent, name a file " +
      "that the compiler cannot read, or have a value that HAProxy refuses. `tutum-stack explain SETTING` says what " +
      "becomes of a setting.",
    wrong:
      "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n  environment:\n    NBPROC: 2\nweb:\n  image: nginx\n",
    right:
      "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n  environment:\n" +
      "    EXTRA_GLOBAL_SETTINGS: nbthread 2\nweb:\n  image: nginx\n",
  }),
  "foreign-backend": warning<{ service: string; target: string; stack: string; port: number }>({
    harm: "loses",
    perService: true,
    wording: ({ service, target, stack, port }) => ({
      message:
        `service ${quote(service)} ignores the settings of ${quote(target)}, because they are in the file of stack ` +
        quote(stack),
      label: "settings not known",
      notes: [
        `the compiler takes ${port} as the port of ${quote(target)}; settings of ${quote(target)}, such as ` +
          "`VIRTUAL_HOST`, have no effect",
      ],
      help: [
        `if ${quote(target)} has such settings, move ${quote(service)} into the stack ${quote(stack)}, or ` +
          `move ${quote(target)} into this stack; otherwise accept this warning`,
      ],
    }),
    why:
      "The balancer's config is made from the settings of the services that it links to. The settings " +
      "of a service of another stack are in another file. If that service needs no settings, start its stack first, " +
      "and accept this warning.",
    wrong: "lb:\n  image: dockercloud/haproxy\n  links:\n    - web.shop2\n",
    right:
      "lb:\n  image: dockercloud/haproxy\n  links:\n" +
      "    - web.shop2 # tutum-stack: allow foreign-backend, cross-stack-link\n",
  }),
  "certificate-companion": warning<{ service: string; image: string }>({
    harm: "loses",
    perService: true,
    needsAllHelp: true,
    wording: ({ service, image }) => ({
      message: `service ${quote(service)}: ${quote(image)} got certificates from a companion that no longer works`,
      label: "certificates must come from elsewhere",
      notes: ["that companion speaks a version of Let's Encrypt's protocol that was switched off in 2021"],
      help: [
        "let certbot or lego write the certificate and its key into one PEM file in a volume",
        `mount this volume in ${quote(service)}, and write ${quote("CERT_FOLDER: /FOLDER")} into the ` +
          `${quote("environment")} of ${quote(service)}`,
        `after a renewal, run ${quote(`docker compose kill -s USR2 ${service}`)}`,
      ],
    }),
    why:
      "Some forks of the load balancer took certificates that a second service had got from Let's Encrypt. That " +
      "service no longer works, because it uses a protocol that Let's Encrypt has switched off. Use certbot or lego " +
      "instead, mount the folder with the certificates, and accept this warning.",
    wrong: 'lb:\n  image: interaction/haproxy\n  links:\n    - web\nweb:\n  image: nginx\n  expose:\n    - "80"\n',
    right:
      "lb:\n  image: interaction/haproxy # tutum-stack: allow certificate-companion\n  links:\n    - web\n" +
      "  environment:\n    CERT_FOLDER: /certificates\n  volumes:\n    - /srv/certificates:/certificates:ro\n" +
      'web:\n  image: nginx\n  expose:\n    - "80"\n',
  }),
  "readable-password": warning<{ service: string; setting: string }>({
    harm: "hint",
    perService: true,
    wording: ({ service, setting }) => ({
      message: `service ${quote(service)}: every user of the machine can read ${quote(setting)} in \`haproxy.cfg\``,
      label: "a password",
      notes: ["HAProxy runs as a user of its own, which must be able to read the file"],
      help: [
        setting === "HTTP_BASIC_AUTH"
          ? "write hashes of the passwords as `HTTP_BASIC_AUTH_SECURE`: `openssl passwd -6` makes them"
          : "keep the setting, with a password that you use nowhere else, and accept this warning; without the " +
            "setting, the password is `stats:stats`, which everybody knows",
      ],
    }),
    why:
      "The config of the balancer is a file that every user of the machine can read, and passwords are in it. Use a " +
      "password that you use nowhere else, and accept this warning. Do not remove `STATS_AUTH`: the default is " +
      "`stats:stats`, which everybody knows.",
    wrong:
      "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n  environment:\n    STATS_AUTH: admin:correct-horse\n" +
      'web:\n  image: nginx\n  expose:\n    - "80"\n',
    right:
      "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n  environment:\n" +
      "    STATS_AUTH: admin:correct-horse # tutum-stack: allow readable-password\n" +
      'web:\n  image: nginx\n  expose:\n    - "80"\n',
  }),
  "log-host-needed": warning<{ service: string; host: string; isService: boolean }>({
    harm: "hint",
    perService: true,
    wording: ({ service, host, isService }) => ({
      message: `service ${quote(service)} does not start before the name ${quote(host)} resolves`,
      label: "looked up at the start",
      notes: [
        isService
          ? `Docker starts ${quote(host)} first; if this name does not resolve yet, HAProxy ends at once`
          : "HAProxy looks up this name when it starts, and ends if the name does not resolve",
      ],
      help: [
        "write `autorestart: ALWAYS`, so that the balancer is started again until the name resolves, or write the IP " +
          "address of the host",
      ],
    }),
    why:
      "HAProxy looks up the host for its log once, when it starts, and ends if that fails. With " +
      "`autorestart`, the balancer is started again until the name resolves.",
    wrong:
      "lb:\n  image: dockercloud/haproxy\n  links:\n    - web\n  environment:\n" +
      '    RSYSLOG_DESTINATION: log.example.com:514\nweb:\n  image: nginx\n  expose:\n    - "80"\n',
    right:
      "lb:\n  image: dockercloud/haproxy\n  autorestart: ALWAYS\n  links:\n    - web\n  environment:\n" +
      '    RSYSLOG_DESTINATION: log.example.com:514\nweb:\n  image: nginx\n  expose:\n    - "80"\n',
  }),
} as const;

function listed(ports: readonly number[]): string {
  const shown = ports.slice(0, 8).join(",");
  return ports.length > 8 ? `${shown},...` : shown;
}
