import {
  type CompletedOption,
  completedOptions,
  helpTopics,
  providerStarts,
  SHELLS,
  SUBCOMMANDS,
  type ValueKind,
} from "./words.js";

const ACTIONS: Readonly<Record<ValueKind, string>> = {
  none: "",
  file: ":file:_files",
  directory: ":directory:_files -/",
  process: ":process:_pids",
  command: ":command:_command_names -e",
  program: ":program:_tsbt_probes",
  pattern: "::pattern:_tsbt_probes",
  word: "",
  text: ":value: ",
};

export const zshCompletion = (): string => `#compdef tsbt
# Completion of tsbt for zsh, made by docs/generate.mjs: source <(tsbt completion zsh), after compinit;
# or a file _tsbt in a directory of $fpath.

# Probes that begin with a word, up to the next colon.
_tsbt_probes() {
  local word=\${PREFIX#[\\'\\"]}
  local -a found
  if [[ $word != *:* ]]; then
    found=(${providerStarts().join(" ")})
  else
    if [[ $word == (uprobe|uretprobe|usdt):* && $word != *:*:* ]]; then
      compset -P '*:'
      _files
      return
    fi
    local probe rest
    for probe in "\${(@f)$(tsbt -l "$word*" 2> /dev/null)}"; do
      rest=\${probe#"$word"}
      [[ $rest == *:* ]] && found+=("$word\${rest%%:*}:") || found+=("$probe")
    done
  fi
  compadd -U -S '' -- \${(u)\${(M)found:#\${word}*}}
}

_tsbt() {
  if (( CURRENT == 3 )) && [[ \${words[2]} == help ]]; then
    compadd -- ${helpTopics().join(" ")}
    return
  fi
  if (( CURRENT == 3 )) && [[ \${words[2]} == completion ]]; then
    compadd -- ${SHELLS.join(" ")}
    return
  fi
  _arguments -S \\
${completedOptions()
  .flatMap(specs)
  .map((spec) => `    ${spec} \\`)
  .join("\n")}
    '*:script:_tsbt_scripts'
}

# A script; as the first word a subcommand, too.
_tsbt_scripts() {
  (( CURRENT == 2 )) && compadd -- ${SUBCOMMANDS.join(" ")}
  _files
}

if [[ \${zsh_eval_context[-1]} == loadautofunc ]]; then
  _tsbt "$@"
else
  compdef _tsbt tsbt
fi
`;

function specs({ names, help, kind, choices }: CompletedOption): readonly string[] {
  const value = kind === "word" ? `:value:(${choices.join(" ")})` : ACTIONS[kind];
  const shown = help.replace(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");
  return names.map((name) => `'${name}[${shown}]${value}'`);
}
