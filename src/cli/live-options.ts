import { InvalidArgumentError, Option, type Command } from "commander";
import { autodestroyValues, autorestartValues } from "../lifecycle/policy.ts";

/** Adds the options of all commands that read the state of live services. */
export function withViewOptions(command: Command): Command {
  return command
    .option(
      "--stacks <dir>",
      "the stacks folder, with one folder per stack (default: $TUTUM_STACKS, else ~/.local/share/tutum-stack/stacks)",
    )
    .addOption(new Option("--output <format>", "the format of the result").choices(["text", "json"]).default("text"));
}

/** Adds the options of all commands that change live services. */
export function withChangeOptions(command: Command): Command {
  return withViewOptions(command)
    .option("--dry-run", "print what would be done, but do nothing")
    .option("-y, --yes", "do not ask, even if data is destroyed")
    .option("-q, --quiet", "print identifiers only")
    .option("--sync", "no effect, for old scripts: every command waits until it is done");
}

/** Adds the options that say what a service is, as the old clients have them. */
export function withServiceOptions(command: Command): Command {
  const described = command
    .addOption(
      new Option("--autorestart <value>", "when a stopped container is started again").choices([...autorestartValues]),
    )
    .addOption(
      new Option("--autodestroy <value>", "when a stopped container is removed with its data").choices([
        ...autodestroyValues,
      ]),
    )
    .addOption(new Option("-t, --target-num-containers <n>", "the number of containers").argParser(wholeNumber))
    .option("-r, --run-command <command>", "the command of the containers")
    .option("--entrypoint <command>", "the program that runs the command")
    .option("-p, --publish <port>", "publish a port: [HOST:]CONTAINER[/udp]; can be repeated", collect)
    .option("--expose <port>", "a port for linked services; can be repeated", collect);
  return withVariableOptions(described)
    .option("--link-service <service:alias>", "link to a service; can be repeated", collect)
    .option("-v, --volume <volume>", "a volume: [HOST:]CONTAINER[:ro]; can be repeated", collect)
    .option("--volumes-from <service>", "use the volumes of a service; can be repeated", collect)
    .option("--tag <tag>", "a tag; can be repeated", collect)
    .option("--role <role>", "a role; can be repeated", collect)
    .addOption(new Option("--memory <MB>", "the memory limit in MB").argParser(wholeNumber))
    .addOption(new Option("--cpushares <n>", "the relative share of CPU time (default: 1024)").argParser(wholeNumber))
    .addOption(
      new Option("--deployment-strategy <word>", "on which nodes containers run").choices([
        "EMPTIEST_NODE",
        "HIGH_AVAILABILITY",
        "EVERY_NODE",
      ]),
    )
    .option("--net <mode>", "the network: bridge or host")
    .option("--pid <mode>", "the PID namespace: none or host");
}

/** Adds the options that name variables. */
export function withVariableOptions(command: Command): Command {
  return (
    command
      .option("-e, --env <KEY=VALUE>", "a variable; can be repeated", collect)
      .option("--envfile <file>", "a file with KEY=VALUE lines; can be repeated", collect)
      // Node takes the old clients' name for its own option, and ends if there is no such file (nodejs/node#54232).
      .addOption(new Option("--env-file <file>", "the same as --envfile").argParser(collect).hideHelp())
  );
}

/** A switch, as `service run` has it: `--privileged`. */
export function withSwitches(command: Command): Command {
  return command
    .option("--privileged", "run the containers in privileged mode")
    .option("--autoredeploy", "redeploy when the image changes")
    .option("--sequential", "start one container after the other");
}

/** The same with a value, as `service set` has it: `--privileged false`. */
export function withSwitchValues(command: Command): Command {
  const isOn = (text: string): boolean => {
    if (!/^(true|false|yes|no|on|off|t|f|1|0)$/i.test(text))
      throw new InvalidArgumentError("It must be true or false.");
    return /^(true|yes|on|t|1)$/i.test(text);
  };
  return command
    .addOption(new Option("--privileged <bool>", "run the containers in privileged mode").argParser(isOn))
    .addOption(new Option("--autoredeploy <bool>", "redeploy when the image changes").argParser(isOn))
    .addOption(new Option("--sequential <bool>", "start one container after the other").argParser(isOn));
}

/** Gathers the values of an option that can be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Reads a whole number from 1, or complains as commander does. */
export function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError("It must be 1 or more.");
  return number;
}

/** Reads a whole number, or complains as commander does. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
