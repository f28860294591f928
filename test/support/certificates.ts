import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * A folder with an authority of its own and a certificate of it for 127.0.0.1, removed when the test, or what
 * `finished` says, is over.
 */
export function certificates(finished: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), "tls-"));
  finished(() => rmSync(folder, { recursive: true, force: true }));
  const program = "openssl";
  const openssl = (...args: readonly string[]): void =>
    void execFileSync(program, args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=authority", "-days", "2");
  const names = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "key.pem",
    "-out",
    "cert.pem",
    "-subj",
    "/CN=engine",
    "-days",
    "2",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca-key.pem",
    ...names,
  );
  return folder;
}
