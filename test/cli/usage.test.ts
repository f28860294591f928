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
        compile [options] [file]                  compile a stack file
        validate [options] [files...]             check stack files
        lifecycle [options] [file] [services...]  show what happens to the containers
                                                  of each service, or of those named
        node-labels [options] [file]              print the commands that give a
                                                  Swarm's nodes the labels that tags
                                                  ask for
        explain [subject]                         explain a diagnostic or a field of a
                                                  service, or list them all
        schema [name]                             print a JSON Schema
        completion <shell>                        print a script that completes
                                                  commands in a shell
        sidecar [options]                         remove stopped containers on a
                                                  Docker engine, as autodestroy.json
                                                  says
        sidecar-image [options]                   build the image of the sidecar on a
                                                  Docker engine, from this program
        help [command]                            print the help of a command
      "
    `);
  });

  test("of compile", () => {
    const { code, stdout, stderr } = run(["help", "compile"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: tutum-stack compile [options] [file]

      compile a stack file

      Options:
        --interpolate            treat $NAME and \${NAME} as variables instead of text
        --strict                 treat warnings as errors
        --max-warnings <n>       fail with more warnings than this
        --allow <codes>          ignore these warnings (codes, separated by commas)
        --quiet                  print errors only, and nothing when all is well
        --format <kind>          how diagnostics are printed: pretty (with the lines
                                 of the file), compact (a line each, as gcc), json (as
                                 \`schema report\` says), sarif (SARIF 2.1.0), github
                                 (annotations of GitHub Actions), junit (JUnit XML),
                                 checkstyle (Checkstyle XML) (choices: "pretty",
                                 "compact", "json", "sarif", "github", "junit",
                                 "checkstyle", default: "pretty")
        --stdin-filename <name>  the name of standard input (-) in messages
        -o, --output <dir>       where the files go (default: the stack file's folder)
        --target <name>          what to compile to: compose (one machine:
                                 docker-compose.yml, for Docker Compose), swarm (a
                                 cluster: docker-stack.yml, for docker stack deploy)
                                 (choices: "compose", "swarm", default: "compose")
        --name <stack>           the name of the stack (default: the name of the stack
                                 file's folder)
        --sidecar <kind>         run autodestroy as a service of the stack, or not
                                 (choices: "service", "none", default: "service")
        --sidecar-image <ref>    the image of that service
        --settle <seconds>       how long a stopped container stays before it is
                                 removed, 2 to 3600 (default: 10)
        --keep-volumes           keep the anonymous volumes of removed containers
        --socket <path>          the engine's socket on the machine that runs the
                                 stack (default: /var/run/docker.sock)
        --metrics <folder>       the folder on that machine for the sidecar's
                                 Prometheus metrics (FOLDER/STACK.prom)
        --check                  compare with the files on disk, write nothing; exit 1
                                 on a difference
        --force                  overwrite files that were not generated
        --print <file name>      print that one file to standard output, write nothing
        -h, --help               print this help
      "
    `);
  });

  test("of sidecar-image", () => {
    const { code, stdout, stderr } = run(["help", "sidecar-image"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: tutum-stack sidecar-image [options]

      build the image of the sidecar on a Docker engine, from this program

      Options:
        --base <ref>  the image to build on, with Node 20.19 or newer (default:
                      "node:22-alpine")
        --tag <ref>   the name of the image that is built (default:
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
  { args: ["compile", "a.yml", "b.yml"], says: "too many arguments for 'compile'" },
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
    says: "'compose' is invalid for argument 'name'. Allowed choices are stack, autodestroy, report",
  },
])("$args", ({ args, says }) => {
  const { files } = world();
  const { code, stdout, stderr, files: after } = run(args, { files });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^tutum-stack: /);
  expect(stderr).toContain(says);
  expect(Object.keys(after)).toEqual(["/shop/stack.yml"]);
});
