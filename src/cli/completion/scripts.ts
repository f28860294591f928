import { queryCommand } from "./request.ts";

/** A shell that can complete. */
export type Shell = "bash" | "zsh" | "fish";

/*
 * Each script asks the program that PATH finds. The first line of the answer is the kind of files that fits (none,
 * file, yaml or folder). Each further line is a word; for zsh and fish, a tab and a description follow it. No script
 * evaluates the answer: `eval` and bash's `compgen -W` would run `$(...)` in the name of a service.
 */

const bash = `_tutum_stack() {
  local kind= line pattern
  COMPREPLY=()
  {
    IFS= read -r kind
    while IFS= read -r line; do COMPREPLY+=("$line"); done
  } < <(command tutum-stack ${queryCommand} bash "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null </dev/null)
  case $kind in
    yaml)
      for pattern in '!*stack.y*ml' '!*tutum.y*ml' '!*docker-cloud.y*ml'; do
        _tutum_stack_files -f -X "$pattern" -- "$2"
      done
      if [ \${#COMPREPLY[@]} -eq 0 ]; then _tutum_stack_files -f -X '!*.y*ml' -- "$2"; fi
      _tutum_stack_files -d -- "$2"
      if [ \${#COMPREPLY[@]} -eq 0 ]; then _tutum_stack_files -f -- "$2"; fi
      ;;
    file) _tutum_stack_files -f -- "$2" ;;
    folder) _tutum_stack_files -d -- "$2" ;;
  esac
}

_tutum_stack_files() {
  local line
  compopt -o filenames 2>/dev/null
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@")
}

complete -F _tutum_stack tutum-stack
`;

const zsh = `#compdef tutum-stack

_tutum-stack() {
  local line value found=1
  local -a before answer values displays
  before=("\${(@Q)words[2,CURRENT-1]}")
  (( CURRENT > 2 )) || before=()
  answer=("\${(@f)$(command tutum-stack ${queryCommand} zsh "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  for line in "\${(@)answer[2,-1]}"; do
    value=\${line%%$'\\t'*}
    values+=("$value")
    displays+=("$value\${\${line#*$'\\t'}:+ -- \${line#*$'\\t'}}")
  done
  if (( $#values )); then
    compadd -l -d displays -a values && found=0
  fi
  if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi
  case $answer[1] in
    yaml)
      _path_files -g '*(stack|stackfile|tutum|docker-cloud|dockercloud)([-.]*|).(yml|yaml)' && found=0
      if (( found )); then _path_files -g '*.(yml|yaml)' && found=0; fi
      _path_files -/ && found=0
      if (( found )); then _files && found=0; fi
      ;;
    file) _files && found=0 ;;
    folder) _files -/ && found=0 ;;
  esac
  return found
}

if [[ $funcstack[1] == _tutum-stack ]]; then
  _tutum-stack "$@"
else
  compdef _tutum-stack tutum-stack
fi
`;

const fish = `function __tutum_stack_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current; or echo -- $current)
    set -l answer (command tutum-stack ${queryCommand} fish $before[2..] "$plain" 2>/dev/null </dev/null)
    set -l option (string match -r -- '^--[^=]*=' $current)
    set -l start (string replace -r -- '^--[^=]*=' '' "$current")
    for line in $answer[2..]
        echo -- $line
    end
    contains -- "$answer[1]" yaml file folder; or return
    set -l files (complete -C "'' $start" | string split -f 1 \\t)
    if test $answer[1] = folder
        set files (string match -r -- '.*/$' $files)
    else if test $answer[1] = yaml
        set -l folders (string match -r -- '.*/$' $files)
        set -l stacks (string match -r -- '.*(?:stack|tutum|docker-cloud)\\.ya?ml$' $files)
        set -q stacks[1]; or set stacks (string match -r -- '.*\\.ya?ml$' $files)
        set -q stacks[1]; or set -q folders[1]; or set stacks $files
        set files $stacks $folders
    end
    for line in $files
        echo -- "$option"$line
    end
end

complete -c tutum-stack -f -k -a '(__tutum_stack_complete)'
`;

/** The script that a shell has to read, for each shell. */
export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
