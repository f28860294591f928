/**
 * Eight hexadecimal digits that differ when texts differ, all but surely: FNV-1a of 32 bits. They tell Docker that a
 * config has changed, and protect nothing.
 */
export function fingerprint(...texts: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const unit of texts.join("\0")) hash = Math.imul(hash ^ unit.codePointAt(0)!, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
