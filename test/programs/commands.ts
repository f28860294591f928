/** Texts, and the words that they are split into. */
export const commands: readonly (readonly [text: string, words: readonly string[]])[] = [
  ["sleep 60", ["sleep", "60"]],
  [`sh -c 'echo "$X" $$ \${X} $5 $(x)'`, ["sh", "-c", 'echo "$X" $$ ${X} $5 $(x)']],
  ['a "b c"  d\\ e', ["a", "b c", "d e"]],
  ["yes", ["yes"]],
  ["echo 22:22 0777 # x", ["echo", "22:22", "0777", "#", "x"]],
  ["~ {} [] = << : !x &x *x %", ["~", "{}", "[]", "=", "<<", ":", "!x", "&x", "*x", "%"]],
  ["curl http://x/?a=1&b=2 (c) `d`; e | f > g", ["curl", "http://x/?a=1&b=2", "(c)", "`d`;", "e", "|", "f", ">", "g"]],
  ['grep "\\.js$" "\\n" \\n \\# "a \\" \\\\" \'\\\'', ["grep", "\\.js$", "\\n", "n", "#", 'a " \\', "\\"]],
];
