// Draws what a program has printed to a terminal, as an SVG. `npm run bless` makes docs/pictures/terminal.svg with it.

const columns = 105;
const fonts = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const fontSize = 14;
const lineHeight = 19;
const characterWidth = 8.43;
const margin = 16;
const colours = { 31: "#ff7b72", 33: "#e3b341", 34: "#79c0ff" };

/** The picture of a terminal: a command, and what the program has printed, with the colours of `node:util`. */
export function terminalPicture(command, printed) {
  const output = printed.trimEnd().split("\n").flatMap(wrapped);
  const lines = [[{ text: `$ ${command}`, style: 'fill="#7ee787"' }], ...output];
  const width = Math.ceil(columns * characterWidth) + 2 * margin;
  const height = lines.length * lineHeight + 2 * margin;
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">
  <title>${command}</title>
  <rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
  <g font-family="${fonts}" font-size="${fontSize}" fill="#e6edf3">
${lines.map(drawn).join("")}  </g>
</svg>
`;
}

function drawn(parts, index) {
  const top = margin + index * lineHeight + fontSize;
  const spans = parts.map(({ text, style }) => (style ? `<tspan ${style}>${escaped(text)}</tspan>` : escaped(text)));
  return `  <text x="${margin}" y="${top}">${spans.join("")}</text>\n`;
}

// A printed line as lines that fit into the picture, broken between words; each is a list of parts with one style.
function wrapped(line) {
  const lines = [[]];
  let used = 0;
  for (const { text, style } of partsOf(line))
    for (const word of text.match(/ *[^ ]+| +$/g)) {
      if (used + word.length > columns) used = lines.push([]) && 0;
      lines.at(-1).push({ text: used === 0 && lines.length > 1 ? word.trimStart() : word, style });
      used += word.length;
    }
  return lines;
}

function partsOf(line) {
  let codes = [];
  return line.split(/(\u001b\[\d+m)/).flatMap((piece) => {
    const code = /^\u001b\[(\d+)m$/.exec(piece)?.[1];
    if (code === undefined) return piece === "" ? [] : [{ text: piece, style: styleOf(codes) }];
    if (code === "22") codes = codes.filter((one) => one !== "1");
    else if (code === "39") codes = codes.filter((one) => !(one in colours));
    else codes = [...codes, code];
    return [];
  });
}

function styleOf(codes) {
  const colour = codes.findLast((code) => code in colours);
  const weight = codes.includes("1") ? ['font-weight="bold"'] : [];
  return [...(colour === undefined ? [] : [`fill="${colours[colour]}"`]), ...weight].join(" ");
}

// Viewers of pictures merge spaces, but not those that do not break.
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(" ", "\u00a0");
}
