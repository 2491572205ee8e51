# zsh -f complete-in-zsh.zsh FOLDER LINE...
#
# Types each line into an interactive zsh in a pseudo terminal (zpty), presses Tab, and prints `LINE:<match>` for what
# is offered: `compadd`, with which completion functions hand over their matches, prints them too. FOLDER is the
# current folder there, and holds the completion function.
zmodload zsh/zpty
zpty shell zsh -f -i
send() { zpty -w shell "$1" }

send "PS1=; stty -echo; cd ${(q)1}"
send 'fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D'
# With -O, -A and -D a completion function only filters its own arrays.
send 'compadd() {
  if (( ! ${@[(I)-[OAD]]} )); then
    local -a found
    builtin compadd -O found "$@"
    (( ${#found} )) && print -rl -- "<"${^found}">"
  fi
  builtin compadd "$@"
}'
send 'look() { print; _main_complete; print -r -- END; compstate[insert]=""; compstate[list]="" }'
send 'zle -C look complete-word look; bindkey "^I" look; bindkey "^U" kill-whole-line'
send 'print READY'

local line typed
while zpty -r shell line; do [[ $line == READY* ]] && break; done
for typed in "${@[2,-1]}"; do
  zpty -w -n shell $'\025'"wheelworks $typed"$'\t'
  while zpty -r shell line; do
    [[ $line == '<'* ]] && print -r -- "$typed:$line"
    [[ $line == END* ]] && break
  done
done
