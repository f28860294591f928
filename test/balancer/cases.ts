/** A request to a balancer, and what has to come back. */
export interface BalancerRequest {
  /** The host also decides which certificate is asked for; the port is the balancer's own. */
  readonly url: string;
  /** The authority whose certificates the client trusts, for HTTPS. */
  readonly trusts?: "red" | "blue";
  /** The client's own certificate. */
  readonly shows?: "member" | "stranger";
  readonly login?: string;
  /** What the answer is, in a few words: the service, a status, where it leads to, or no answer at all. */
  readonly expected: string;
}

/** Settings of a balancer and of the services that it links to, and requests. */
export interface BalancerCase {
  readonly title: string;
  readonly balancer?: Readonly<Record<string, string>>;
  /** Mounts of the balancer: of the folder with all certificates. */
  readonly volumes?: readonly string[];
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly ports: readonly number[];
  readonly requests: readonly BalancerRequest[];
}

/** Stands for the text of a certificate with its key: `pem:blue` for the host blue.test. */
export const certificate = /^pem:([\w-]+)$/;

const none = "503";

/** A request over plain HTTP. */
function plain(url: string, expected: string, others: Partial<BalancerRequest> = {}): BalancerRequest {
  return { url: `http://${url}`, expected, ...others };
}

/** A request over HTTPS. */
function secure(
  url: string,
  trusts: BalancerRequest["trusts"],
  expected: string,
  others: Partial<BalancerRequest> = {},
): BalancerRequest {
  return { url: `https://${url}`, expected, ...(trusts ? { trusts } : {}), ...others };
}

const clients: readonly BalancerRequest[] = [
  secure("red.test", "red", "refused"),
  secure("red.test", "red", "refused", { shows: "stranger" }),
  secure("red.test", "red", "red", { shows: "member" }),
];

/**
 * What the original balancer's own integration test asks for, in the same order, with other names (source:
 * docker/dockercloud-haproxy, tests).
 */
export const balancerCases: readonly BalancerCase[] = [
  { title: "no setting at all", services: { red: {} }, ports: [80], requests: [plain("127.0.0.1", "red")] },
  {
    title: "a certificate of the balancer",
    balancer: { DEFAULT_SSL_CERT: "pem:red" },
    services: { red: {} },
    ports: [443],
    requests: [secure("red.test", undefined, "refused"), secure("red.test", "red", "red")],
  },
  {
    title: "certificates of clients",
    balancer: { DEFAULT_SSL_CERT: "pem:red", CA_CERT: "pem:members" },
    services: { red: {} },
    ports: [443],
    requests: clients,
  },
  {
    title: "a folder with a certificate",
    balancer: { CERT_FOLDER: "/certificates/" },
    volumes: ["./red.pem:/certificates/red.pem"],
    services: { red: {} },
    ports: [443],
    requests: [secure("red.test", undefined, "refused"), secure("red.test", "red", "red")],
  },
  {
    title: "a file with the authority of clients",
    balancer: { CERT_FOLDER: "/certificates/", CA_CERT_FILE: "/authorities/members.pem" },
    volumes: ["./red.pem:/certificates/red.pem", "./members.pem:/authorities/members.pem"],
    services: { red: {} },
    ports: [443],
    requests: clients,
  },
  {
    title: "hosts",
    services: { red: { VIRTUAL_HOST: "red.test" }, blue: { VIRTUAL_HOST: "blue.test" } },
    ports: [80],
    requests: [plain("red.test", "red"), plain("blue.test", "blue"), plain("green.test", none)],
  },
  {
    title: "a certificate of each service",
    services: {
      red: { VIRTUAL_HOST: "https://red.test", SSL_CERT: "pem:red" },
      blue: { VIRTUAL_HOST: "https://blue.test", SSL_CERT: "pem:blue" },
    },
    ports: [443],
    requests: [
      secure("red.test", "red", "red"),
      secure("red.test", "blue", "refused"),
      secure("blue.test", "blue", "blue"),
      secure("blue.test", "red", "refused"),
    ],
  },
  {
    title: "several hosts of a service",
    services: {
      red: { VIRTUAL_HOST: "red.test, rouge.test" },
      blue: { VIRTUAL_HOST: "blue.test, bleu.test" },
    },
    ports: [80],
    requests: [
      plain("red.test", "red"),
      plain("rouge.test", "red"),
      plain("blue.test", "blue"),
      plain("bleu.test", "blue"),
    ],
  },
  {
    title: "the same host twice",
    services: {
      red: { VIRTUAL_HOST: "red.test, red.test:80" },
      blue: { VIRTUAL_HOST: "blue.test:8080, blue.test:8080" },
    },
    ports: [80, 8080],
    requests: [plain("red.test", "red"), plain("red.test:80", "red"), plain("blue.test:8080", "blue")],
  },
  {
    title: "ports",
    services: { red: { VIRTUAL_HOST: "red.test" }, blue: { VIRTUAL_HOST: "blue.test:8080" } },
    ports: [80, 8080],
    requests: [plain("red.test", "red"), plain("blue.test:8080", "blue"), plain("blue.test", none)],
  },
  {
    title: "schemes with ports",
    services: {
      red: { VIRTUAL_HOST: "https://red.test:442", SSL_CERT: "pem:red" },
      blue: { VIRTUAL_HOST: "http://blue.test:8080" },
    },
    ports: [442, 8080],
    requests: [secure("red.test:442", "red", "red"), plain("blue.test:8080", "blue")],
  },
  {
    title: "every host",
    services: { red: { VIRTUAL_HOST: "*" } },
    ports: [80],
    requests: [plain("red.test", "red"), plain("127.0.0.1/a/b", "red")],
  },
  {
    title: "every host and one path",
    services: { red: { VIRTUAL_HOST: "*/" } },
    ports: [80],
    requests: [plain("red.test", "red"), plain("red.test/a", none)],
  },
  {
    title: "every host and every path",
    services: { red: { VIRTUAL_HOST: "*/*" } },
    ports: [80],
    requests: [plain("red.test", "red"), plain("red.test/a", "red")],
  },
  {
    title: "a part of a host, at another port",
    services: { red: { VIRTUAL_HOST: "http://r*.test:8080" } },
    ports: [8080],
    requests: [plain("red.test:8080", "red"), plain("blue.test:8080", none)],
  },
  {
    title: "the end of a host",
    services: { red: { VIRTUAL_HOST: "*.red.test" } },
    ports: [80],
    requests: [
      plain("www.red.test", "red"),
      plain("any.red.test", "red"),
      plain("www.red.example", none),
      plain("red.test", none),
    ],
  },
  {
    title: "the beginning of a host",
    services: { red: { VIRTUAL_HOST: "red.*" } },
    ports: [80],
    requests: [plain("red.test", "red"), plain("red.example", "red"), plain("www.red.test", none)],
  },
  {
    title: "paths",
    services: {
      red: { VIRTUAL_HOST: "*/r/, */r, */r/*, */*/r/*" },
      blue: { VIRTUAL_HOST: "*/b" },
      green: { VIRTUAL_HOST: "*/g/" },
      grey: { VIRTUAL_HOST: "*/y/*" },
      gold: { VIRTUAL_HOST: "*/*/o/*" },
      pink: { VIRTUAL_HOST: "*/p*k/" },
      plum: { VIRTUAL_HOST: "*/*.js" },
    },
    ports: [80],
    requests: [
      ...["/r", "/r/", "/r/a", "/a/r/", "/a/r/1", "/r?a=b&c=d"].map((path) => plain(`127.0.0.1${path}`, "red")),
      ...["/b", "/b?a=b&c=d"].map((path) => plain(`127.0.0.1${path}`, "blue")),
      ...["/g/", "/g/?a=b"].map((path) => plain(`127.0.0.1${path}`, "green")),
      ...["/y/", "/y/a", "/y/a?b=c"].map((path) => plain(`127.0.0.1${path}`, "grey")),
      ...["/a/o/", "/a/o/1", "/a/o/1?b=c"].map((path) => plain(`127.0.0.1${path}`, "gold")),
      ...["/pk/", "/p3k/", "/p3k/?a=b"].map((path) => plain(`127.0.0.1${path}`, "pink")),
      ...["/a.js", "/a/1.js", "/a.js?b=c"].map((path) => plain(`127.0.0.1${path}`, "plum")),
      ...["/b/", "/b/a", "/a/b/", "/g", "/g/a", "/a/g/", "/y", "/a/y/", "/o", "/o/", "/pk", "/p3k", "/a.jpg"].map(
        (path) => plain(`127.0.0.1${path}`, none),
      ),
    ],
  },
  {
    title: "a host and a path",
    services: { red: { VIRTUAL_HOST: "http://www.red.test/p3/" } },
    ports: [80],
    requests: [
      plain("www.red.test/p3/", "red"),
      plain("127.0.0.1/p3/", none),
      plain("www.red.test", none),
      plain("www.red.test/p3", none),
      plain("www.blue.test/p3/", none),
    ],
  },
  {
    title: "parts of a host and of a path",
    services: { red: { VIRTUAL_HOST: "http://www.r*.test/p*/" } },
    ports: [80],
    requests: [
      plain("www.red.test/p1/", "red"),
      plain("www.red.test/p/", "red"),
      plain("127.0.0.1/p3/", none),
      plain("www.ed.test/p3/", none),
      plain("www.red.test/p3", none),
    ],
  },
  {
    title: "parts of a host and of a path, at another port",
    services: { red: { VIRTUAL_HOST: "http://www.r*.test:8080/p*/" } },
    ports: [8080],
    requests: [
      plain("www.red.test:8080/p1/", "red"),
      plain("127.0.0.1:8080/p3/", none),
      plain("www.red.test:8080/p3", none),
    ],
  },
  {
    title: "many frontends",
    services: {
      red: { VIRTUAL_HOST: "https://red.test:444, http://rouge.test:8008", SSL_CERT: "pem:red" },
      blue: { VIRTUAL_HOST: "https://blue.test, http://bleu.test", SSL_CERT: "pem:blue" },
      green: { VIRTUAL_HOST: "green.test, vert.test:8009, */path/, */*.do/, *:8011/*.php/" },
    },
    ports: [80, 443, 444, 8008, 8009, 8011],
    requests: [
      secure("red.test:444", "red", "red"),
      plain("rouge.test:8008", "red"),
      secure("blue.test", "blue", "blue"),
      plain("bleu.test", "blue"),
      plain("green.test", "green"),
      plain("vert.test:8009", "green"),
      plain("other.test/path/", "green"),
      plain("other.test/a.do/", "green"),
      plain("127.0.0.1/a.do/", "green"),
      plain("other.test:8011/a.php/", "green"),
    ],
  },
  {
    title: "HTTPS forced for one host",
    services: {
      red: { VIRTUAL_HOST: "https://red.test, red.test", SSL_CERT: "pem:red" },
      blue: { VIRTUAL_HOST: "https://blue.test, blue.test", SSL_CERT: "pem:blue", FORCE_SSL: "yes" },
    },
    ports: [80, 443],
    requests: [
      secure("red.test", "red", "red"),
      secure("blue.test", "blue", "blue"),
      plain("red.test", "red"),
      plain("blue.test/a?b=c", "301 https://blue.test/a?b=c"),
    ],
  },
  {
    title: "HTTPS forced for everything",
    services: { red: { SSL_CERT: "pem:red", FORCE_SSL: "yes" } },
    ports: [80, 443],
    requests: [secure("red.test", "red", "red"), plain("red.test", "301 https://red.test/")],
  },
  ...[{}, { VIRUTAL_HOST: "red.test" }].map((misspelt, index): BalancerCase => ({
    title: `lines of a frontend, ${index === 0 ? "without a host" : "beside a host that is misspelt"}`,
    balancer: {
      EXTRA_FRONTEND_SETTINGS_80:
        "acl is_blue hdr(host) blue.test, http-request redirect code 301 location http://www.blue.test if is_blue",
    },
    services: { red: misspelt },
    ports: [80],
    requests: [plain("blue.test", "301 http://www.blue.test"), plain("red.test", "red")],
  })),
  {
    title: "passwords",
    balancer: { HTTP_BASIC_AUTH: "ann:secret" },
    services: {
      red: { VIRTUAL_HOST: "red.test" },
      blue: { VIRTUAL_HOST: "blue.test", EXCLUDE_BASIC_AUTH: "true" },
    },
    ports: [80],
    requests: [
      plain("red.test", "401"),
      plain("red.test", "401", { login: "ann:other" }),
      plain("red.test", "red", { login: "ann:secret" }),
      plain("blue.test", "blue"),
    ],
  },
];

/**
 * What the original's documentation says of a `VIRTUAL_HOST`: requests that it matches, and others. One of its examples
 * is left out, because the original itself did otherwise.
 */
export const virtualHostTable: readonly {
  readonly virtualHost: string;
  readonly matches: readonly string[];
  readonly misses: readonly string[];
}[] = [
  { virtualHost: "http://red.test", matches: ["red.test"], misses: ["www.red.test"] },
  { virtualHost: "red.test", matches: ["red.test", "RED.test"], misses: ["www.red.test", "red.tests"] },
  { virtualHost: "red.test:90", matches: ["red.test:90"], misses: ["red.test"] },
  { virtualHost: "*.red.test", matches: ["www.red.test"], misses: ["red.test"] },
  { virtualHost: "*red.test", matches: ["www.red.test", "red.test", "infrared.test"], misses: ["www.blue.test"] },
  { virtualHost: "www.r*d.test", matches: ["www.red.test", "www.rxxd.test"], misses: ["www.bed.test"] },
  { virtualHost: "www.red.*", matches: ["www.red.test", "www.red.org"], misses: ["red.test"] },
  { virtualHost: "*", matches: ["any.test/x"], misses: [] },
  { virtualHost: "*/path", matches: ["red.test/path", "blue.test/path?u=user"], misses: ["red.test/path/"] },
  {
    virtualHost: "*/path/",
    matches: ["red.test/path/", "blue.test/path/?u=user"],
    misses: ["red.test/path", "red.test/path/abc"],
  },
  { virtualHost: "*/path/*", matches: ["red.test/path/", "blue.test/path/abc"], misses: ["red.test/abc/path/"] },
  {
    virtualHost: "*/*/path/*",
    matches: ["blue.test/abc/path/", "red.test/abc/path/123"],
    misses: ["red.test/path"],
  },
  { virtualHost: "*/*.js", matches: ["red.test/abc.js", "blue.test/path/abc.js"], misses: ["red.test/abc.css"] },
  {
    virtualHost: "*/*.do/",
    matches: ["red.test/abc.do/", "blue.test/path/abc.do/"],
    misses: ["red.test/abc.do"],
  },
  { virtualHost: "*/path/*.php", matches: ["red.test/path/abc.php"], misses: ["red.test/abc.php"] },
  {
    virtualHost: "*.red.test/*.jpg",
    matches: ["www.red.test/abc.jpg", "abc.red.test/123.jpg"],
    misses: ["red.test/abc.jpg"],
  },
  { virtualHost: "*/path, */path/", matches: ["red.test/path", "blue.test/path/"], misses: ["red.test/"] },
  { virtualHost: "red.test:90, https://red.test", matches: ["red.test:90", "https://red.test"], misses: ["red.test"] },
];
