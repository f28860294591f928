import { defaultSidecarImage } from "../../targets/autodestroy.ts";
import type { DefineCommand } from "../invocation.ts";
import type { SidecarImageFlags } from "../sidecar/image.ts";

/** `tutum-stack sidecar-image`: builds the image of the sidecar. Its module is loaded only when the command is used. */
export const defineSidecarImage: DefineCommand = (program, { io, finish }) => {
  program
    .command("sidecar-image")
    .description("build the image of the sidecar, which contains this program, on a Docker engine")
    .option("--base <ref>", "the base image, which must have Node 20.19 or newer", "node:22-alpine")
    .option("--tag <ref>", "the name of the new image", defaultSidecarImage)
    .action((flags: SidecarImageFlags) =>
      finish(import("../sidecar/image.ts").then(({ sidecarImageCommand }) => sidecarImageCommand(io, flags))),
    );
};
