# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bash completion for latchkey. What can be completed comes from `latchkey __complete KIND`, which offers nothing that a
# shell could read as more than a word.

_latchkey_offer() {
  local IFS=$'\n'
  # shellcheck disable=SC2207
  COMPREPLY+=($(compgen -W "$(latchkey __complete "$@" 2>/dev/null | cut -f1)" -- "$cur"))
}

# The kind of word that follows an option with a value.
_latchkey_value_kind() {
  case $1 in
    --for) echo lifetimes ;;
    --access) echo accesses ;;
    --scope) echo scopes ;;
    --withdraw) echo wishes ;;
    --app | --to) echo holders ;;
    --on) echo machines ;;
    --as) echo apps ;;
    --ask) echo asks ;;
    --profile) echo profiles ;;
    --instance) echo instances ;;
    --older | --since) echo durations ;;
    --automatic) echo switches ;;
    --data | --place | --key | --new-key | --next-key | --output | --files | --from) echo files ;;
    --action | --allow | --at | --bytes | --bytes-a-day | --channel | --claim | --grace | --id | --journal | --limit | --name | --package | --rate | --reason | --repository | --runtime | --uses | --version) echo none ;;
  esac
}

# Kinds of the words of a command, in order; the last repeats.
_latchkey_word_kinds() {
  case $1 in
    run | name) echo apps ;;
    answer) echo requests verdicts none ;;
    grant) echo holders kinds files none ;;
    revoke | suspend | resume) echo grants ;;
    rules) echo rule-acts grants files ;;
    why) echo holders files ;;
    stop-file) echo grants files ;;
    restore) echo ended-grants ;;
    forget) echo refusals none ;;
    stop) echo instances ;;
    network) echo switches none ;;
    connections) echo connection-acts none ;;
    confine) echo apps switches none ;;
    try) echo trial-acts trials files ;;
    bundle) echo bundle-acts files ;;
    import) echo flatpaks none ;;
    install) echo offered-apps files ;;
    update | remove | rollback | verify) echo bundles none ;;
    repo) echo repo-acts files ;;
    settings) echo apps settings ;;
    peer) echo peer-acts machines ;;
    share) echo machines share-kinds none ;;
    request) echo machines request-kinds none ;;
    accept) echo offers holders none ;;
    decline) echo offers none ;;
    ask) echo ask-kinds files ;;
    help) echo commands none ;;
    *) echo none ;;
  esac
}

_latchkey_offer_kind() {
  case $1 in
    none) ;;
    # shellcheck disable=SC2207
    files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
    # An installed Flatpak, or a file.
    # shellcheck disable=SC2207
    flatpaks) _latchkey_offer flatpaks; compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$cur")) ;;
    *) _latchkey_offer "$1" ;;
  esac
}

_latchkey() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  local i word words=0 wants=
  COMPREPLY=()
  # bash splits at "=": --for=8h is three words.
  [ "$cur" = = ] && cur=
  [ "$previous" = = ] && previous=${COMP_WORDS[COMP_CWORD - 2]}
  if [ "$COMP_CWORD" = 1 ]; then
    _latchkey_offer commands
    return
  fi
  for ((i = 2; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [ -n "$wants" ]; then
      [ "$word" = = ] || wants=
      continue
    fi
    case $word in
      --)
        # From here on it is another command's line.
        if [ "$command" = run ] || [ "$command" = ask ]; then
          declare -F _command_offset >/dev/null && _command_offset $((i + 1)) || COMPREPLY=($(compgen -f -- "$cur"))
          return
        fi ;;
      -*) [ -n "$(_latchkey_value_kind "$word")" ] && wants=1 ;;
      *) words=$((words + 1)) ;;
    esac
  done
  if [ "$command" = run ] && [ "$words" -gt 0 ]; then
    # shellcheck disable=SC2207
    COMPREPLY=($(compgen -f -- "$cur"))
    return
  fi
  local kind
  kind=$(_latchkey_value_kind "$previous")
  if [ -n "$kind" ]; then
    _latchkey_offer_kind "$kind"
    return
  fi
  case $cur in
    -*)
      _latchkey_offer options "$command"
      return ;;
  esac
  # shellcheck disable=SC2046
  set -- $(_latchkey_word_kinds "$command")
  while [ "$words" -gt 0 ] && [ $# -gt 1 ]; do
    shift
    words=$((words - 1))
  done
  _latchkey_offer_kind "$1"
}

complete -F _latchkey latchkey
