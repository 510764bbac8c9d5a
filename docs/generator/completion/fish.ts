import { type CompletedOption, completedOptions, helpTopics, providerStarts, SHELLS, type ValueKind } from "./words.js";

const ARGUMENTS: Readonly<Record<ValueKind, string>> = {
  none: "",
  file: "-r -F",
  directory: "-x -a '(__fish_complete_directories)'",
  process: "-x -a '(__fish_complete_pids)'",
  command: "-x -a '(__fish_complete_command)'",
  program: "-x -a '(__tsbt_probes)'",
  pattern: "-x -a '(__tsbt_probes)'",
  word: "",
  text: "-x",
};

export const fishCompletion =
  (): string => `# Completion of tsbt for fish, made by docs/generate.mjs: tsbt completion fish | source

# Probes that begin with the word at the cursor, up to the next colon.
function __tsbt_probes
    set -l word (commandline -ct | string trim -l -c "'\\"")
    if not string match -q '*:*' -- $word
        printf '%s\\n' ${providerStarts().join(" ")}
        return
    end
    if string match -qr '^(uprobe|uretprobe|usdt):[^:]*$' -- $word
        set -l parts (string split -m 1 : -- $word)
        printf "$parts[1]:%s\\n" (__fish_complete_path $parts[2])
        return
    end
    for probe in (tsbt -l "$word*" 2> /dev/null)
        set -l rest (string sub -s (math (string length -- $word) + 1) -- $probe)
        if string match -q '*:*' -- $rest
            echo $word(string split -m 1 : -- $rest)[1]:
        else
            echo $probe
        end
    end | sort -u
end

complete -c tsbt -n __fish_is_first_token -a 'help\\t"what a name means" completion\\t"completion for a shell" repl\\t"a prompt" setup\\t"makes the start-up snapshot" types\\t"types of a script, for TypeScript"'
complete -c tsbt -n '__fish_seen_subcommand_from help' -f -a '${helpTopics().join(" ")}'
complete -c tsbt -n '__fish_seen_subcommand_from completion' -f -a '${SHELLS.join(" ")}'
${completedOptions().map(line).join("\n")}
`;

function line({ short, long, help, kind, choices }: CompletedOption): string {
  const names = [...(short === undefined ? [] : [`-s ${short}`]), ...(long === undefined ? [] : [`-l ${long}`])];
  const value = kind === "word" ? `-x -a '${choices.join(" ")}'` : ARGUMENTS[kind];
  const words = ["complete -c tsbt", ...names, value, `-d '${help.replace(/['\\]/g, "\\$&")}'`];
  return words.filter(Boolean).join(" ");
}
