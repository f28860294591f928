import type { Report } from "../diagnostics/diagnostic.ts";
import type { Service, Variable } from "../stack/model.ts";
import type { Backend, Certificates, CertificateVariable } from "./model.ts";
import { listOf, oneLine, reportLost, textOf, type Setting, type Settings } from "./read-settings.ts";
import type { BalancerSetting } from "./settings.ts";

/** Where the container of the balancer has its certificates, in memory. */
const ownFolder = "/tmp/certs/";

const ownAuthority = "/tmp/ca.pem";

/**
 * The certificates of a balancer: its own, then those of the services. A certificate stays a variable, because the
 * config is a file that everybody can read (reference balancer.md 3.4).
 */
export function certificatesOf(
  balancer: Service,
  settings: Settings<BalancerSetting>,
  backends: readonly Backend[],
  report: Report,
): Certificates {
  const authority = authorityOf(settings);
  const folder = textOf(settings, "CERT_FOLDER");
  if (folder !== undefined) {
    const path = oneLine(folder).replace(/\/*$/, "/");
    return { kind: "certain", folder: path, isUsersFolder: true, files: [], authority };
  }
  const own = ownCertificates(balancer, settings, report);
  const names = new Set(balancer.environment.map(({ name }) => name));
  const ofServices = backends.flatMap((backend) => certificateOf(backend, names, balancer, report));
  const files = distinctFiles([...own, ...ofServices]);
  const kind = files.some(({ isCertain }) => isCertain) ? "certain" : files.length > 0 ? "perhaps" : "none";
  return { kind, folder: ownFolder, isUsersFolder: false, files, authority };
}

function authorityOf(settings: Settings<BalancerSetting>): Certificates["authority"] {
  const file = textOf(settings, "CA_CERT_FILE");
  if (file !== undefined) return { file: oneLine(file), variable: undefined };
  const setting = settings.get("CA_CERT");
  return setting && { file: ownAuthority, variable: setting.variable };
}

function ownCertificates(
  balancer: Service,
  settings: Settings<BalancerSetting>,
  report: Report,
): readonly CertificateVariable[] {
  const first = settings.get("DEFAULT_SSL_CERT") ?? settings.get("SSL_CERT");
  const others = settings.get("EXTRA_SSL_CERTS");
  const extra = listOf(others?.text?.replace(/\s+/g, ",")).flatMap((name): readonly CertificateVariable[] => {
    const variable = balancer.environment.find((one) => one.name === name && /^[A-Za-z_]\w*$/.test(name));
    if (!variable) reportLost(balancer, others!.variable, noVariable(name), report);
    return variable && variable.value?.trim() !== "" ? [{ variable, isCertain: !isOpen(variable) }] : [];
  });
  return [...(first ? [fileOf(first)] : []), ...extra];
}

function noVariable(name: string): { readonly why: string; readonly help: string } {
  const shown = name.length > 40 ? `${name.slice(0, 40)}...` : name;
  return { why: `the balancer has no variable \`${shown}\``, help: "write the name of a variable with a certificate" };
}

/** Whether only the start of the stack gives the variable its value. */
function isOpen({ value }: Variable): boolean {
  return value === null || value.includes("$");
}

function fileOf({ variable, text }: Setting): CertificateVariable {
  return { variable, isCertain: text !== undefined };
}

/** The certificate of a service, as a variable of the balancer's container. */
function certificateOf(
  { settings, name }: Backend,
  taken: Set<string>,
  balancer: Service,
  report: Report,
): readonly CertificateVariable[] {
  const found = settings.get("DEFAULT_SSL_CERT") ?? settings.get("SSL_CERT");
  if (!found) return [];
  const { variable } = found;
  if (variable.value === null) {
    // The shell has one value for both, so the name must stay.
    const own = balancer.environment.find((one) => one.name === variable.name);
    if (own === undefined || own.value === null) return [fileOf(found)];
    reportLost(balancer, variable, sameName, report);
    return [];
  }
  let renamed = `${name.replace(/\W/g, "_").replace(/^(?=\d)/, "_")}_SSL_CERT`;
  while (taken.has(renamed)) renamed += "_2";
  taken.add(renamed);
  return [fileOf({ ...found, variable: { ...variable, name: renamed } })];
}

const sameName = {
  why: "the balancer has a variable of that name, and the shell can give it only one value",
  help: "write the certificate into the stack file",
};

function distinctFiles(files: readonly CertificateVariable[]): readonly CertificateVariable[] {
  return [...new Map(files.map((file) => [file.variable.name, file])).values()];
}

/**
 * The command of a container that writes its certificates first; undefined if it has none to write. `%b` makes a line
 * end of the two characters `\n`, as the original did.
 */
export function certificateCommand(
  { files, folder, authority, kind }: Certificates,
  haproxy: string,
): readonly string[] | undefined {
  const ca = authority?.variable;
  if (files.length === 0 && !ca) return undefined;
  const width = String(files.length - 1).length;
  const steps = files.map(({ variable: { name }, isCertain }, index) => {
    const write = `printf %b "$${name}" > ${folder}cert${String(index).padStart(width, "0")}.pem`;
    if (isCertain) return write;
    const mark = kind === "perhaps" ? "export TLS=1; " : "";
    return `{ [ -z "$${name}" ] || { ${mark}${write}; }; }`;
  });
  const script = [
    "umask 077",
    ...(files.length > 0 ? [`mkdir -p ${folder}`, ...steps] : []),
    ...(ca ? [`printf %b "$${ca.name}" > ${authority.file}`] : []),
    `exec docker-entrypoint.sh haproxy -f ${haproxy}`,
  ];
  return ["sh", "-c", script.join(" && ")];
}
