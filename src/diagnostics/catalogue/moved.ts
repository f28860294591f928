import { warning } from "./entry.ts";
import { quote } from "./words.ts";

/** What moved in today's Docker: it works another way than on the old platform. */
export const movedCodes = {
  "link-to-one-container": warning<{ service: string; target: string; alias: string; replicas: number }>({
    eachService: true,
    wording: ({ service, target, alias, replicas }) => ({
      message: `service ${quote(service)} reaches only one of the ${replicas} containers of ${quote(target)} as ${quote(alias)}`,
      label: "another service's name, too",
      also: "more than one container",
      notes: [`${quote(alias)} cannot be a name on the network, because it would name another service as well`],
      help: [`use the name ${quote(target)}, or give the link an alias that no other service has`],
    }),
    why: "An alias becomes a name on the network of the stack, which leads to all containers of a service. An alias that would name two services stays a link of Compose, which leads to one container.",
    wrong:
      'web:\n  image: nginx\n  links:\n    - "db:store"\ndb:\n  image: redis\n  target_num_containers: 3\nstore:\n  image: nginx\n',
    right:
      'web:\n  image: nginx\n  links:\n    - "db:data"\ndb:\n  image: redis\n  target_num_containers: 3\nstore:\n  image: nginx\n',
  }),
} as const;
