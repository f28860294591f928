/** What is left of a stack that is terminated: its named volumes, its folder and its runs. */
export function whatIsLeft(stack: string): readonly string[] {
  return [
    "Named volumes are kept.",
    `In the stacks folder of the server, the folder ${stack} gets the name .${stack}-terminated- with the time.`,
    `To get the stack back, rename that folder to ${stack}. Its runs are kept, and are then shown again.`,
  ];
}
