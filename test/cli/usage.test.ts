import { describe, expect, test } from "vitest";
import { MemoryFiles, run } from "../support/memory-io.ts";

const world = () => ({ files: new MemoryFiles({ "/shop/stack.yml": "web:\n  image: nginx\n" }) });

describe("help", () => {
  test("of the program", () => {
    const { code, stdout, stderr } = run(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: tutum-stack [options] [command]

      Compiles Tutum and Docker Cloud stack files to Compose files, with autodestroy.

      Options:
        -V, --version                             print the version
        -h, --help                                print this help

      Commands:
        compile [options] [files...]              compile stack files
        validate [options] [files...]             check stack files
        migrate [options] [files...]              print a report of what you must do
                                                  to move stacks, what is lost, and
                                                  what was rewritten
        lifecycle [options] [file] [services...]  show what happens to the containers
                                                  of each service, or of the named
                                                  services, when they end
        node-labels [options] [file]              print the commands that add the tags
                                                  of a stack file as labels to the
                                                  nodes of a Swarm
        explain [subject]                         explain a diagnostic, a field of a
                                                  service, or a setting of the old
                                                  load balancer; without a subject,
                                                  list them all
        schema [name]                             print the JSON Schema of stack
                                                  files, tutum-stack.json,
                                                  autodestroy.json, diagnostics or the
                                                  report of migrate
        up [options] [file]                       compile a stack file and run it with
                                                  Docker Compose
        jobs [options] [job]                      show how jobs ended, even after
                                                  autodestroy removed their containers
        wait [options] <job...>                   wait until jobs have ended, print
                                                  their output, and end with their
                                                  exit code
        down [options] [file]                     remove the containers of a stack;
                                                  its files stay
        run [options] <image>                     add a service to a stack and start
                                                  it
        logs [options] <service...>               print the output of the containers
                                                  of services
        service|apps                              run, change and list services
        stack                                     run, change and list stacks
        container                                 list, start, stop and remove
                                                  containers
        serve [options] [dir]                     serve a page and the old platform's
                                                  API for the stacks of a folder
        completion <shell>                        print a completion script for a
                                                  shell
        sidecar [options]                         remove stopped containers from a
                                                  Docker engine according to
                                                  autodestroy.json
        sidecar-image [options]                   build the image of the sidecar,
                                                  which contains this program, on a
                                                  Docker engine
        help [command]                            print the help of a command
      "
    `);
  });

  test("of compile", () => {
    const { code, stdout, stderr } = run(["help", "compile"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: tutum-stack compile [options] [files...]

      compile stack files

      Options:
        --interpolate            treat $NAME and \${NAME} as variables, not as text
        --link-variables         write the variables that Docker set for links
                                 (DB_PORT, DB_ENV_...) into \`environment\`
        --allow <codes>          ignore these warnings (CODE or CODE:FIELD, with
                                 commas)
        --stdin-filename <name>  the name of standard input (-) in messages
        --strict                 treat warnings as errors
        --max-warnings <n>       fail if there are more warnings than this
        --quiet                  print only errors, and nothing if there are none
        --format <kind>          how diagnostics are printed: pretty (with the lines
                                 of the file), compact (one line each, as gcc), json
                                 (described by \`schema report\`), sarif (SARIF 2.1.0),
                                 github (annotations of GitHub Actions), junit (JUnit
                                 XML), checkstyle (Checkstyle XML) (choices: "pretty",
                                 "compact", "json", "sarif", "github", "junit",
                                 "checkstyle", default: "pretty")
        -o, --output <dir>       the folder to write to (default: the stack file's
                                 folder)
        --target <name>          what to compile to: compose (one machine:
                                 docker-compose.yml, for Docker Compose), swarm (a
                                 cluster: docker-stack.yml, for docker stack deploy)
                                 (default: compose) (choices: "compose", "swarm")
        --name <stack>           the name of the stack (default: the name of the stack
                                 file's folder)
        --sidecar <kind>         whether to add the autodestroy sidecar as a service
                                 of the stack (default: service) (choices: "service",
                                 "none")
        --sidecar-image <ref>    the image of the sidecar service
        --settle <seconds>       how long a container must have been stopped before it
                                 is removed, 2 to 3600 (default: 10)
        --keep-volumes           keep the anonymous volumes of removed containers
        --socket <path>          the engine's socket on the machine that runs the
                                 stack (default: /var/run/docker.sock)
        --metrics <folder>       the folder for the sidecar's Prometheus metrics on
                                 the machine that runs the stack (FOLDER/STACK.prom)
        --runs <where>           where the sidecar keeps how containers ended, with
                                 their last output (default: volume, a volume of the
                                 stack) (choices: "volume", "none")
        --balancer <kind>        what becomes of the old platform's load balancer:
                                 HAProxy with a generated config (the default), or the
                                 old image as it is (choices: "haproxy", "keep")
        --balancer-image <ref>   the image of HAProxy (default: haproxy:3.2-alpine)
        --check                  compare with the files on disk and write nothing;
                                 exit with 1 if they differ
        --no-header              leave out the header that marks the files as
                                 generated; later runs then overwrite them only with
                                 --force
        --force                  overwrite files that tutum-stack did not generate
        --print <file name>      print one of the compiled files to standard output
                                 and write nothing
        -h, --help               print this help
      "
    `);
  });

  test("of sidecar-image", () => {
    const { code, stdout, stderr } = run(["help", "sidecar-image"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: tutum-stack sidecar-image [options]

      build the image of the sidecar, which contains this program, on a Docker engine

      Options:
        --base <ref>  the base image, which must have Node 20.19 or newer (default:
                      "node:22-alpine")
        --tag <ref>   the name of the new image (default:
                      "localhost/tutum-stack-sidecar:1")
        -h, --help    print this help
      "
    `);
  });

  test.each(["compile", "validate", "lifecycle", "explain", "schema"])(
    "%s --help goes to standard output",
    (command) => {
      const { code, stdout, stderr } = run([command, "--help"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^Usage: tutum-stack ${command} `));
    },
  );

  test("without a command is a usage error", () => {
    const { code, stdout, stderr } = run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: tutum-stack");
  });
});

test.each(["--version", "-V"])("%s", (flag) => {
  expect(run([flag])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
});

test.each([
  { args: ["compil"], says: "unknown command 'compil'" },
  { args: ["stack.yml"], says: "did you mean `tutum-stack compile stack.yml`?" },
  { args: ["shop/tutum.yaml"], says: "did you mean `tutum-stack compile shop/tutum.yaml`?" },
  { args: ["check"], says: "did you mean `tutum-stack compile --check`?" },
  { args: ["compile", "--chekc"], says: "unknown option '--chekc'" },
  { args: ["compile", "--output"], says: "option '-o, --output <dir>' argument missing" },
  {
    args: ["compile", "--target", "kubernetes"],
    says: "argument 'kubernetes' is invalid. Allowed choices are compose",
  },
  { args: ["compile", "--target", "__proto__"], says: "argument '__proto__' is invalid. Allowed choices are compose" },
  { args: ["compile", "--sidecar", "maybe"], says: "argument 'maybe' is invalid. Allowed choices are service, none" },
  {
    args: ["compile", "--format", "xml"],
    says: "argument 'xml' is invalid. Allowed choices are pretty, compact, json, sarif, github, junit, checkstyle",
  },
  {
    args: ["compile", "--check", "--print", "docker-compose.yml"],
    says: "option '--check' cannot be used with option '--print <file name>'",
  },
  { args: ["compile", "--check", "--force"], says: "option '--check' cannot be used with option '--force'" },
  { args: ["node-labels", "a.yml", "b.yml"], says: "too many arguments for 'node-labels'" },
  { args: ["completion"], says: "missing required argument 'shell'" },
  { args: ["completion", "csh"], says: "'csh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish" },
  {
    args: ["schema", "compose"],
    says: "'compose' is invalid for argument 'name'. Allowed choices are stack, stacks, autodestroy, report",
  },
])("$args", ({ args, says }) => {
  const { files } = world();
  const { code, stdout, stderr, files: after } = run(args, { files });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^tutum-stack: /);
  expect(stderr).toContain(says);
  expect(Object.keys(after)).toEqual(["/shop/stack.yml"]);
});
