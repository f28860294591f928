import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes an authority in a folder: `NAME.pem` and `NAME-key.pem`. */
export function makeAuthority(folder: string, name: string): void {
  openssl(folder, ["-keyout", `${name}-key.pem`, "-out", `${name}.pem`, "-subj", `/CN=${name}`]);
}

/** Makes a certificate that an authority of the folder has signed. Returns its text and key, as HAProxy reads them. */
export function makeCertificate(folder: string, host: string, authority: string): string {
  const file = host.replace(/\W/g, "-");
  const own = ["-keyout", `${file}-own-key.pem`, "-out", `${file}-own.pem`, "-subj", `/CN=${host}`];
  const signed = ["-CA", `${authority}.pem`, "-CAkey", `${authority}-key.pem`];
  const names = ["-addext", `subjectAltName=DNS:${host}`, "-addext", "basicConstraints=CA:FALSE"];
  openssl(folder, [...own, ...signed, ...names]);
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
