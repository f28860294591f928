import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { isAmbiguous, pythonFloat, yaml11Reading } from "../../src/yaml/yaml11.ts";
import { readByPyYaml, testWithPyYaml } from "./pyyaml.ts";

describe("what a YAML 1.1 reader makes of plain text", () => {
  test.each([
    ["yes", "true"],
    ["Yes", "true"],
    ["YES", "true"],
    ["on", "true"],
    ["On", "true"],
    ["ON", "true"],
    ["no", "false"],
    ["No", "false"],
    ["NO", "false"],
    ["off", "false"],
    ["Off", "false"],
    ["OFF", "false"],
    ["22:22", "the number 1342"],
    ["1:00", "the number 60"],
    ["190:20:30", "the number 685230"],
    ["-1:30", "the number -90"],
    ["1:30.5", "the number 90.5"],
    ["0777", "the number 511"],
    ["-017", "the number -15"],
    ["0_7", "the number 7"],
    ["0b11", "the number 3"],
    ["-0b1_1", "the number -3"],
    ["1_000", "the number 1000"],
    ["0x_1f", "the number 31"],
    ["1_000.5", "the number 1000.5"],
    ["2015-01-01", "a date"],
    ["2015-1-1 10:00:00", "a date"],
    ["2015-01-01T10:00:00Z", "a date"],
    ["2015-01-01t10:00:00.5+02:00", "a date"],
  ])("%s is %s", (text, reading) => {
    expect(yaml11Reading(text)).toBe(reading);
  });

  test.each([
    "",
    "y",
    "n",
    "Y",
    "N",
    "yEs",
    "oN",
    "text",
    "true",
    "False",
    "null",
    "~",
    "8080:80",
    "80:80",
    "22:60",
    "22:222",
    "0:80x",
    "1:2:99",
    "08",
    "0",
    "42",
    "-7",
    "1.10",
    "0x1F",
    "0b12",
    "0b",
    "1.2.3",
    "127.0.0.1",
    "2015-1-1",
    "2015-01-01 10:00",
    "20150101",
    "=",
    "<<",
    ".",
    "-",
    "_",
    "a:b",
    "10.0.0.1:80",
  ])("%j is the same for both", (text) => {
    expect(yaml11Reading(text)).toBeUndefined();
  });
});

const scalars = [
  ..."y Y n N yes Yes YES yEs no No NO nO on On ON oN off Off OFF oFF true True TRUE tRUE false False FALSE null Null NULL nULL ~".split(
    " ",
  ),
  ..."0 1 -1 +1 42 007 08 09 0777 -0777 +0777 00 0_0 0_7 1_000 1__0 1_ _1 -1_000 +1_0 12345678901234567890".split(" "),
  ..."0b0 0b1 0b11 -0b11 +0b1 0b1_1 0b_1 0b12 0b 0B1 0o7 0o17 -0o7 0o8 0x0 0x1f 0x1F -0x1f 0x_1 0x1_f 0X1 0xg".split(
    " ",
  ),
  ..."1.0 1.10 .5 -.5 +.5 5. 1e3 1E3 1e+3 1.e3 1.5e3 1.5e+3 1.5e-3 -1.5e3 1_000.5 1_0.0_1 1._5 ._5 . .. ... 1.2.3 .e1 .inf -.inf +.inf .Inf .INF .iNF .nan .NaN .NAN .nAN inf nan".split(
    " ",
  ),
  ..."1:00 1:0 1:1 0:0 0:30 00:30 01:30 22:22 22:59 22:60 22:100 80:80 80:8 8080:80 3306:3306 53:53 190:20:30 190:20:60 -1:30 +1:30 1:30.5 1:30. 0:30.5 1_0:30 1:3_0".split(
    " ",
  ),
  ..."2015-01-01 2015-1-1 2015-13-01 2015-01-32 2015-01-01T10:00:00Z 2015-01-01t10:00:00 2015-01-01T10:00 2015-01-01T10:00:00.123+02:00 2015-1-1T1:00:00 15-01-01 20150101 2015-01".split(
    " ",
  ),
  "2015-01-01 10:00:00",
  "2015-01-01   10:00:00 Z",
  "2015-01-01 10:00:00 -5",
  "2015-01-01 10:00",
  ..."= == << <<< -- --- -a a- _ __ 1_a a_1 a:b 127.0.0.1 10.0.0.1:80 v1.0 1.0.0 1m 1g 512m 0-2 0,1 1,000 1/2 50% $5 (1) ^1 a=b /data ./x ../x a.b http://x <x> 1x x1 0x 0b 0o +0 -0 + +a".split(
    " ",
  ),
];
const some = (count: number, make: (index: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, index) => make(index));
const generated = [
  ...some(150, (index) => `${(index * 37) % 200}:${(index * 13) % 75}`),
  ...some(60, (index) => `0${(index * 91).toString(9)}`),
  ...some(60, (index) => `${index % 2 ? "-" : ""}${(index * 7919).toString().replace(/(\d)(?=\d)/, "$1_")}`),
];
const all = [...new Set([...scalars, ...generated])];

/**
 * A number of YAML 1.2 that PyYAML takes for text, such as 1e3, is left out: the compiler keeps the text that stands in
 * the file.
 */
testWithPyYaml("a reading is reported exactly where PyYAML reads another value than YAML 1.2", () => {
  const read = readByPyYaml(all);
  const disagreements = all.flatMap((text, index) => {
    const [type, value] = read[index] ?? [];
    const now: unknown = parse(text);
    if (type === undefined || (type === "str" && typeof now === "number")) return [];
    const hasLeadingZero = /^[-+]?0\d/.test(text);
    const isSame = type === "str" ? now === value : !hasLeadingZero && isSameValue(type, value, now);
    const reading = yaml11Reading(text);
    return isSame === (reading === undefined)
      ? []
      : [
          `${text}: PyYAML reads ${type} ${String(value)}, YAML 1.2 ${JSON.stringify(now)}, reported: ${reading ?? "nothing"}`,
        ];
  });
  expect(disagreements).toEqual([]);
});

testWithPyYaml("the number that is reported is the one that PyYAML reads", () => {
  const numbers = all.flatMap((text) => {
    const number = /^the number (.*)$/.exec(yaml11Reading(text) ?? "")?.[1];
    return number === undefined ? [] : [{ text, number }];
  });
  const read = readByPyYaml(numbers.map(({ text }) => text));
  expect(numbers.map(({ text, number }) => [text, Number(number)])).toEqual(
    numbers.map(({ text }, index) => [text, Number(read[index]?.[1])]),
  );
  expect(numbers.length).toBeGreaterThan(50);
});

testWithPyYaml("text that is not ambiguous is the same text for every reader", () => {
  const plain = all.filter((text) => !isAmbiguous(text) && /^[A-Za-z./_][\w./@-]*(:[\w./@-]+)*$/.test(text));
  expect(plain.length).toBeGreaterThan(10);
  const read = readByPyYaml(plain);
  expect(plain.map((_, index) => read[index])).toEqual(plain.map((text) => ["str", text]));
  expect(plain.map((text) => parse(text) as unknown)).toEqual(plain);
});

/** Numbers come from Python as text, `inf` and `nan` among them. */
function isSameValue(type: string, value: unknown, now: unknown): boolean {
  if (type === "bool" || type === "NoneType") return value === now;
  if (type !== "int" && type !== "float") return false;
  const number = Number(String(value).replace("inf", "Infinity"));
  return number === now || (Number.isNaN(number) && Number.isNaN(now));
}

test.each([
  [1, "1.0"],
  [1.1, "1.1"],
  [0, "0.0"],
  [1000, "1000.0"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [1e16, "1e+16"],
  [1.5e300, "1.5e+300"],
])("Python writes the fraction %d as %s", (value, text) => {
  expect(pythonFloat(value)).toBe(text);
});
