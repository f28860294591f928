/** The labels that Compose gives to a container of a service. */
export function composeLabels(project: string, service: string, number = 1): Readonly<Record<string, string>> {
  return {
    "com.docker.compose.project": project,
    "com.docker.compose.service": service,
    "com.docker.compose.container-number": String(number),
    "com.docker.compose.oneoff": "False",
  };
}

/** Labels as options of `docker run`. */
export function labelOptions(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
}
