export const text = `web:\n  image: nginx\n  command: "${"x".repeat(8 * 1024 * 1024)}"\n`;
