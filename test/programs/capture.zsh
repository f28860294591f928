# Prints what zsh offers when the tab key is pressed behind a line. Arguments: the script of the completion, the line.
zmodload zsh/zpty
export SCRIPT=$1
zpty shell zsh -f -i
zpty -w shell 'PROMPT= RPROMPT=; source '${(q)0:A:h}'/offered.zsh'
zpty -r shell output '*<ready>*' || exit 1
zpty -w -n shell "$2"$'\t'
zpty -r shell output '*<end>*' || exit 1
zpty -d shell
print -r -- "$output"
