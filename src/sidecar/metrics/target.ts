/** Where metrics are published: at an address, or in a file. */
export type MetricsTarget =
  | { readonly kind: "address"; readonly host: string; readonly port: number }
  | { readonly kind: "file"; readonly path: string };

/**
 * Reads `--metrics`. A text that ends in `.prom` is a file, because the textfile collector reads only such files.
 * Anything else must be an address: `9100`, `HOST:9100` or `[::1]:9100`. Without a host, only this machine has access.
 * Returns a sentence for anything else.
 */
export function parseMetricsTarget(text: string): MetricsTarget | string {
  if (text.endsWith(".prom")) return { kind: "file", path: text };
  const {
    host = "localhost",
    bracketed,
    port,
  } = /^(?:(?:\[(?<bracketed>[^[\]]+)\]|(?<host>[^:[\]]+)):)?(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  const isHost = bracketed === undefined ? isName(host) : isIpv6(bracketed);
  if (!isHost || port === undefined || Number(port) > 65_535)
    return (
      `${JSON.stringify(text)} is neither a file that ends in .prom nor an address ` +
      "such as 9100, localhost:9100, 0.0.0.0:9100 or [::1]:9100"
    );
  return {
    kind: "address",
    host: bracketed ?? (host.toLowerCase() === "localhost" ? "127.0.0.1" : host),
    port: Number(port),
  };
}

/** Whether a text is a host name, or an IPv4 address of four numbers. The system would also accept `0` and `127.1`. */
function isName(host: string): boolean {
  const isNumeric = /(?:^|\.)(?:\d+|0x[\da-f]*)$/i.test(host);
  return isNumeric
    ? URL.canParse(`http://${host}`) && new URL(`http://${host}`).hostname === host
    : /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(host);
}

function isIpv6(host: string): boolean {
  return host.includes(":") && URL.canParse(`http://[${host}]`);
}
