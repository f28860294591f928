/**
 * Last parts of names that are no stacks: top-level domains of the public and of private networks (IANA's root zone, as
 * far as they occur beside ports; RFC 2606, 6761, 6762), and endings of files.
 */
const endings: ReadonlySet<string> = new Set(
  [
    "com net org edu gov mil int info biz name pro mobi jobs travel museum coop aero arpa cat tel asia post",
    "app dev page cloud online site website store shop blog tech space agency host digital media network solutions",
    "systems services software team tools works world zone email live news link club xyz top global group center",
    "company design studio today life run academy capital events finance health games codes engineering rocks",
    "local localhost localdomain internal intranet private corp home lan test example invalid onion docker consul",
    "service svc cluster domain node",
    "jar war json conf cfg ini xml txt log php html sock properties pem key crt yml yaml bash sql env class main",
  ].flatMap((line) => line.split(" ")),
);

/** Whether a name that ends so is no `SERVICE.STACK`. All countries have two letters. */
export function isEnding(text: string): boolean {
  return text.length < 3 || /^\d+$/.test(text) || endings.has(text.toLowerCase());
}
