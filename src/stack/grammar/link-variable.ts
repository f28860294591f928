/** How an alias stands at the beginning of the names of its variables (reference migration.md 3). */
export function variablePrefix(alias: string): string {
  return alias.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/**
 * Whether a name is that of a variable of a link: `DB_PORT_5432_TCP_ADDR`, `DB_1_ENV_USER`. `prefixes` are those of the
 * aliases. Source of the names: moby, daemon/links/links.go.
 */
export function isLinkVariable(name: string, prefixes: ReadonlySet<string>): boolean {
  for (let end = name.indexOf("_"); end !== -1; end = name.indexOf("_", end + 1))
    if (prefixes.has(name.slice(0, end)) && rest.test(name.slice(end))) return true;
  return false;
}

const rest =
  /^(?:_\d+)?_(?:NAME|ENV_\w+|PORT(?:_\d+_(?:TCP|UDP)(?:_(?:ADDR|PROTO|START|END|PORT(?:_START|_END)?))?)?)$/;
