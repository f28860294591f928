/** A chain in which every service adds a volume: the last one mounts a thousand. */
export const text = Array.from({ length: 1002 }, (_, index) => `s${index}: {image: busybox, volumes: [/d${index}]${index ? `, volumes_from: [s${index - 1}]` : ""}}\n`).join("");
