/** What would be destroyed, if that is why the server has refused something; undefined if it is not. */
export function declined(reason: string | undefined): readonly string[] | undefined {
  const [, destroyed] = /^(.*): repeat it with \?apply=true if that is meant$/s.exec(reason ?? "") ?? [];
  return destroyed?.split("; ");
}
