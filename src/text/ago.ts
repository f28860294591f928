/** How long ago something was, from the largest unit that fits: `3 hours ago`. Times in seconds; empty without one. */
export function ago(then: number | undefined, now: number): string {
  if (then === undefined) return "";
  const seconds = Math.max(0, Math.round(now - then));
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const;
  const [unit, length] = units.find(([, least]) => seconds >= least) ?? ["second", 1];
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
