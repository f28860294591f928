const byHand = "write this line as `http-request` and `http-response` rules";
const leaveOut = "remove this line: today's HAProxy needs no such line";

/** Directives that HAProxy has no more, and what to write instead (reference balancer.md 3.6). */
const oldDirectives: readonly (readonly [directive: RegExp, help: string])[] = [
  [/^reqi?add\s/, "write `http-request add-header NAME VALUE`"],
  [/^rspi?add\s/, "write `http-response add-header NAME VALUE`"],
  [/^reqi?del\s/, "write `http-request del-header NAME`"],
  [/^rspi?del\s/, "write `http-response del-header NAME`"],
  [/^(req|rsp)i?(rep|deny|allow|pass|tarpit|setbe)\s/, byHand],
  [/^block\s/, "write `http-request deny if CONDITION`"],
  [/^redisp(atch)?$/, "write `option redispatch`"],
  [/^clitimeout\s/, "write `timeout client TIME`"],
  [/^contimeout\s/, "write `timeout connect TIME`"],
  [/^srvtimeout\s/, "write `timeout server TIME`"],
  [
    /^appsession\s/,
    "write `stick-table type string len 52 size 100k expire 3h`, `stick store-response res.cook(NAME)` and " +
      "`stick match req.cook(NAME)`",
  ],
  [/^(nbproc|grace|monitor-net|bind-process)\s|^stats\s+bind-process\s/, leaveOut],
  [/^option\s+(forceclose|http-tunnel)$/, leaveOut],
  [/^mode\s+health$/, "write `monitor-uri /PATH`"],
  [/^option\s+httpchk\s+\S+\s+\S+\s+\S*(\\|\s)/, "write `http-check send meth GET uri /PATH hdr Host NAME`"],
];

/** What to write instead of a line that HAProxy refuses today; undefined for any other line. */
export function helpForOldDirective(line: string): string | undefined {
  return oldDirectives.find(([directive]) => directive.test(line))?.[1];
}

/** Whether HAProxy still has the directive of a line. */
export function isOfToday(line: string): boolean {
  return helpForOldDirective(line) === undefined;
}
