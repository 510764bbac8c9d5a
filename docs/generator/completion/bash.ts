import { completedOptions, helpTopics, providerStarts, SHELLS, SUBCOMMANDS, type ValueKind } from "./words.js";

const ACTIONS: Readonly<Partial<Record<ValueKind, string>>> = {
  file: 'compgen -f -- "$word"',
  directory: 'compgen -d -- "$word"',
  process: 'compgen -W "$(cd /proc && printf \'%s \' [0-9]*)" -- "$word"',
  command: 'compgen -c -- "$word"',
  program: '_tsbt_probes "$word"',
  pattern: '_tsbt_probes "$word"',
};

export function bashCompletion(): string {
  const options = completedOptions();
  const cases = options.flatMap(({ names, kind, choices }) => {
    const action = kind === "word" ? `compgen -W '${choices.join(" ")}' -- "$word"` : ACTIONS[kind];
    return action === undefined ? [] : [`    ${names.join(" | ")}) ${action} ;;`];
  });
  return `# Completion of tsbt for bash, made by docs/generate.mjs: eval "$(tsbt completion bash)"

# Probes that begin with a word, up to the next colon.
_tsbt_probes() {
  local word=$1
  case $word in
    *:*) ;;
    *) compgen -W '${providerStarts().join(" ")}' -- "$word"; return ;;
  esac
  case $word in
    uprobe:*:* | uretprobe:*:* | usdt:*:*) ;;
    uprobe:* | uretprobe:* | usdt:*)
      compgen -P "\${word%%:*}:" -f -- "\${word#*:}"
      return ;;
  esac
  local probe
  tsbt -l "$word*" 2> /dev/null | while IFS= read -r probe; do
    local rest=\${probe#"$word"}
    case $rest in
      *:*) printf '%s\\n' "$word\${rest%%:*}:" ;;
      *) printf '%s\\n' "$probe" ;;
    esac
  done | sort -u
}

_tsbt_words() {
  local before=$1 word=$2
  case $before in
${cases.join("\n")}
    help) compgen -W '${helpTopics().join(" ")}' -- "$word" ;;
    completion) compgen -W '${SHELLS.join(" ")}' -- "$word" ;;
    *)
      case $word in
        -*) compgen -W '${options.flatMap(({ names }) => names).join(" ")}' -- "$word" ;;
        *)
          [ "$COMP_CWORD" = 1 ] && compgen -W '${SUBCOMMANDS.join(" ")}' -- "$word"
          compgen -f -- "$word" ;;
      esac ;;
  esac
}

_tsbt() {
  local line=\${COMP_LINE:0:COMP_POINT}
  local word=\${line##*[[:space:]]}
  local head=\${line%"$word"}
  head=\${head%"\${head##*[![:space:]]}"}
  local before=\${head##*[[:space:]]}
  local quote=
  case $word in
    [\\'\\"]*) quote=\${word:0:1} word=\${word:1} ;;
  esac
  mapfile -t COMPREPLY < <(_tsbt_words "$before" "$word")
  if [ \${#COMPREPLY[@]} = 1 ]; then
    case \${COMPREPLY[0]} in
      *:)
        compopt -o nospace
        # A word that is open in a quote would be closed, unless there is something left to choose.
        [ -n "$quote" ] && COMPREPLY+=("\${COMPREPLY[0]}...") ;;
      *) [ -d "\${COMPREPLY[0]}" ] && compopt -o filenames ;;
    esac
  fi
  # bash takes words apart at colons that are not quoted, and puts in the last part only.
  if [ -z "$quote" ] && [[ $COMP_WORDBREAKS == *:* && $word == *:* ]]; then
    local done=\${word%"\${word##*:}"}
    COMPREPLY=("\${COMPREPLY[@]#"$done"}")
  fi
}

complete -F _tsbt tsbt
`;
}
