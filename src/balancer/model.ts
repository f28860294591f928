import type { KnownLink, Service, Variable } from "../stack/model.ts";
import type { BalancerSetting, ServiceSetting } from "./settings.ts";
import type { Settings } from "./read-settings.ts";
import type { VirtualHost } from "./virtual-host.ts";

/** What becomes of the load balancers of a stack: HAProxy with a generated config, or the image that the file names. */
export type BalancerChoice = "haproxy" | "keep";

/** A load balancer of the old platform in a stack, with all that its config says. */
export interface Balancer {
  readonly service: Service;
  /** `http`, or `tcp` for connections that are passed on as they are. */
  readonly mode: "http" | "tcp";
  readonly settings: Settings<BalancerSetting>;
  readonly backends: readonly Backend[];
  readonly certificates: Certificates;
  /** Where the log goes; undefined for the log of the container. */
  readonly log: LogDestination | undefined;
}

/** A linked service, to which requests go. */
export interface Backend {
  readonly link: KnownLink;
  /** The alias of the link in upper case, which differs from that of all others. */
  readonly name: string;
  readonly settings: Settings<ServiceSetting>;
  /** For how many containers there is a place. */
  readonly slots: number;
  /** The port of the containers for HTTP; undefined if they have none. */
  readonly port: number | undefined;
  readonly tcpPorts: readonly TcpPort[];
  /** Which requests are for the service; empty without a `VIRTUAL_HOST`. */
  readonly virtualHosts: readonly VirtualHost[];
}

/** A port that is passed on as it is, perhaps with TLS on the client's side. */
export interface TcpPort {
  readonly port: number;
  readonly isSecure: boolean;
}

/** The certificates of a balancer. */
export interface Certificates {
  /** `perhaps`: only the shell that starts the stack knows. */
  readonly kind: "none" | "perhaps" | "certain";
  /** The folder of the container that has them; with a `/` at its end. */
  readonly folder: string;
  /** Whether the folder is the user's, which only root may be able to read. */
  readonly isUsersFolder: boolean;
  /** The variables that the container writes into the folder when it starts. */
  readonly files: readonly CertificateVariable[];
  /** The file with the authority that clients' certificates must come from. */
  readonly authority: { readonly file: string; readonly variable: Variable | undefined } | undefined;
}

/** A variable of the balancer's container with a certificate and its key. */
export interface CertificateVariable {
  readonly variable: Variable;
  /** Whether it surely has a value. */
  readonly isCertain: boolean;
}

/** Where HAProxy sends its log. */
export interface LogDestination {
  /** The service of the stack that it is; undefined for another machine. */
  readonly service: string | undefined;
  readonly host: string;
  /** `:PORT`, or nothing. */
  readonly port: string;
}
