import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes an authority in a folder: `NAME.pem` and `NAME-key.pem`. */
export function makeAuthority(folder: string, name: string): void {
  openssl(folder, ["-keyout", `${name}-key.pem`, "-out", `${name}.pem`, "-subj", `/CN=${name}`]);
}

/** Makes a certificate that an authority of the folder has signed: its text followed by that of its key, as HAProxy reads it. */
export function makeCertificate(folder: string, host: string, authority: string): string {
  const file = host.replace(/\W/g, "-");
  openssl(folder, [
    ...["-keyout", `${file}-own-key.pem`, "-out", `${file}-own.pem`, "-subj", `/CN=${host}`],
    ...["-CA", `${authority}.pem`, "-CAkey", `${authority}-key.pem`],
    ...["-addext", `subjectAltName=DNS:${host}`, "-addext", "basicConstraints=CA:FALSE"],
  ]);
  const text = [`${file}-own.pem`, `${file}-own-key.pem`]
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("");
  writeFileSync(join(folder, `${file}-both.pem`), text);
  return text;
}

function openssl(folder: string, args: readonly string[]): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...key, ...args], { cwd: folder, stdio: "pipe" });
}
