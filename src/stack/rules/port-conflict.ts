import type { Path, Report } from "../../diagnostics/diagnostic.ts";
import { printRange } from "../grammar/port.ts";
import type { Range, Stack } from "../model.ts";

interface Published {
  readonly service: string;
  readonly host: Range;
  readonly protocol: string;
  readonly origin: Path;
}

/** Each port of the host is published by only one service. */
export function portConflict({ services }: Stack, report: Report): void {
  const published: Published[] = [...services.values()].flatMap(({ name, ports, hostNetwork, replicas }) =>
    ports.flatMap((port) =>
      port.kind === "port" && port.host && !hostNetwork && replicas > 0
        ? [{ ...port, host: port.host, service: name }]
        : [],
    ),
  );
  for (const protocol of ["tcp", "udp"])
    reportOverlaps(
      published.filter((port) => port.protocol === protocol),
      report,
    );
}

/**
 * In the order of their first ports, a range overlaps an earlier one exactly if it begins before the farthest end so
 * far.
 */
function reportOverlaps(published: readonly Published[], report: Report): void {
  const inFileOrder = new Map(published.map((port, index) => [port, index]));
  let farthest: Published | undefined;
  for (const port of published.toSorted((a, b) => a.host.first - b.host.first)) {
    if (farthest && port.host.first <= farthest.host.last) {
      const [first, second] = inFileOrder.get(farthest)! < inFileOrder.get(port)! ? [farthest, port] : [port, farthest];
      const shared = { first: port.host.first, last: Math.min(port.host.last, farthest.host.last) };
      report(
        "port-conflict",
        { path: second.origin, also: first.origin },
        { first: first.service, second: second.service, port: `${printRange(shared)}/${port.protocol}` },
      );
    }
    if (!farthest || port.host.last > farthest.host.last) farthest = port;
  }
}
