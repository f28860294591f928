import { env } from "node:process";

/** Whether the tests may use the Docker engine of this machine: they make containers, networks and images in it. */
export const isDockerAllowed = Boolean(env["CI"]) || env["TUTUM_STACK_TEST_DOCKER"] === "1";

/** What allows it. */
export const howToAllowDocker = "TUTUM_STACK_TEST_DOCKER=1, which lets the tests use this machine's Docker";
