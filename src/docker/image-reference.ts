/**
 * A path with the name, digest or ID of an image, percent-encoded; undefined for a text that names no image. The
 * grammar is that of github.com/distribution/reference: a host, components in lower case, a tag and a digest.
 */
export function imagePath(reference: string): string | undefined {
  if (reference.length > longest || !grammar.test(reference)) return undefined;
  return `/images/${reference.split("/").map(encodeURIComponent).join("/")}/json`;
}

/** 255 characters of name, 128 of tag, and a digest. */
const longest = 512;

const host = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?`;
const component = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const tag = String.raw`\w[\w.-]{0,127}`;
const digest = String.raw`[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}`;
const grammar = new RegExp(
  String.raw`^(?:(?:${host}/)?${component}(?:/${component})*(?::${tag})?(?:@${digest})?|sha256:[0-9a-f]{64})$`,
);
