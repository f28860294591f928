# Makes a zsh tell each word that it offers.
autoload -Uz compinit
compinit -u -D
source $SCRIPT
bindkey '^I' complete-word
tell_end() { print -r -- '<end>'; }
comppostfuncs=(tell_end)
compadd() {
  if [[ " ${(j: :)@[1,(i)(-|--)]}" == *' -'[OAD]* ]]; then
    builtin compadd "$@"
    return
  fi
  local -a offered
  builtin compadd -A offered "$@"
  local word
  for word in "${(@)offered}"; do print -r -- "<offered ${(Q)word}>"; done
  builtin compadd "$@"
}
print -r -- '<rea''dy>'
