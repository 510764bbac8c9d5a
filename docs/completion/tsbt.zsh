#compdef tsbt
# Completion of tsbt for zsh, made by docs/generate.mjs: source <(tsbt completion zsh), after compinit;
# or a file _tsbt in a directory of $fpath.

# Probes that begin with a word, up to the next colon.
_tsbt_probes() {
  local word=${PREFIX#[\'\"]}
  local -a found
  if [[ $word != *:* ]]; then
    found=(begin bench: end fentry: fexit: hardware: interval: iter: kprobe: kretprobe: profile: rawtracepoint: self: software: test: tracepoint: uprobe: uretprobe: usdt: watchpoint:)
  else
    if [[ $word == (uprobe|uretprobe|usdt):* && $word != *:*:* ]]; then
      compset -P '*:'
      _files
      return
    fi
    local probe rest
    for probe in "${(@f)$(tsbt -l "$word*" 2> /dev/null)}"; do
      rest=${probe#"$word"}
      [[ $rest == *:* ]] && found+=("$word${rest%%:*}:") || found+=("$probe")
    done
  fi
  compadd -U -S '' -- ${(u)${(M)found:#${word}*}}
}

_tsbt() {
  if (( CURRENT == 3 )) && [[ ${words[2]} == help ]]; then
    compadd -- argN args assert_str avg begin bench bswap buf cat cgroup cgroup_path cgroupid clear comm config count cpid cpu ctx curtask debugf delete dw_ustack elapsed elf_is_exe end errorf exit fail fentry fexit func gid hardware has_cpid has_key hist interval is_array is_err is_integer is_literal is_ptr is_scalar is_str is_unsigned_integer iter jiffies join kaddr kfunc_allowed kfunc_exist kprobe kptr kretprobe kstack ksym len lhist macaddr max memcmp min ncpus nsecs ntop numaid override path percpu_kaddr pid print printf probe probetype profile pton rand rawtracepoint reg retval self signal signal_name signal_thread skboutput socket_cookie software stack_len static_assert stats stddev str str_concat strerror strftime strlen strncmp strstr sum syscall_name system tail_call test tid time tracepoint tseries uaddr uid unwatch uprobe uptr uretprobe usdt usdt_arg usermode username ustack usym warnf watchpoint write_user zero
    return
  fi
  if (( CURRENT == 3 )) && [[ ${words[2]} == completion ]]; then
    compadd -- bash zsh fish
    return
  fi
  _arguments -S \
    '-e[execute this program]:program:_tsbt_probes' \
    '-l[list kernel probes or probes in a program]::pattern:_tsbt_probes' \
    '--list[list kernel probes or probes in a program]::pattern:_tsbt_probes' \
    '-v[verbose messages; with -l, also show probe arguments]' \
    '--verbose[verbose messages; with -l, also show probe arguments]' \
    '--fmt[format the program and print it]' \
    '-I[look for C headers in this directory, too]:directory:_files -/' \
    '--include[include this C header before the program'\''s own definitions]:file:_files' \
    '--emit[compile the program to FILE, which `tsbt FILE` runs, and do not run it]:file:_files' \
    '-h[show this help message]' \
    '--help[show this help message]' \
    '-V[tsbt version]' \
    '--version[tsbt version]' \
    '--info[say what this kernel can do for programs]' \
    '-p[filter actions and attach user-space probes to PID]:process:_pids' \
    '--pid[filter actions and attach user-space probes to PID]:process:_pids' \
    '-c[run CMD and trace the resulting process]:command:_command_names -e' \
    '--cmd[run CMD and trace the resulting process]:command:_command_names -e' \
    '--dwarf-pid[unwind the stacks of PID, too (dw_ustack); may be repeated]:process:_pids' \
    '--test[run the test probes of the program]' \
    '--bench[run the bench probes of the program and show what they take]' \
    '--probe-filter[only run probes whose name matches REGEX]:value: ' \
    '--traceable-functions[read the traceable kernel functions from FILE]:file:_files' \
    '--debuginfo[look for debug files of programs here first; relative to the program]:value: ' \
    '-o[redirect program output to FILE]:file:_files' \
    '--output[redirect program output to FILE]:file:_files' \
    '-f[output format ('\''text'\'', '\''json'\'')]:value:(text json)' \
    '-B[output buffering mode ('\''line'\'', '\''full'\'', '\''none'\'')]:value:(line full none)' \
    '-q[keep messages quiet]' \
    '--quiet[keep messages quiet]' \
    '-k[warn when probe read helpers return an error]' \
    '--warnings[warn when probe read helpers return an error]' \
    '--no-warnings[disable all warning messages]' \
    '--unsafe[allow unsafe/destructive functionality]' \
    '--no-feature[do not use these features of the kernel ('\''kprobe_multi'\'', '\''kprobe_session'\'', '\''uprobe_multi'\'', '\''tail_calls'\'', '\''steady_raw_tracepoints'\'' or '\''compare_exchange'\'')]:value:(kprobe_multi kprobe_session uprobe_multi tail_calls steady_raw_tracepoints compare_exchange)' \
    '--dry-run[terminate execution right after attaching all the probes]' \
    '--mode[what to do with the program ('\''codegen'\'', '\''compiler-bench'\'', '\''bench'\'', '\''test'\'' or '\''format'\'')]:value:(codegen compiler-bench bench test format)' \
    '-d[show what a stage made ('\''ast'\'', '\''types'\'', '\''ir'\'', '\''check'\'', '\''bytecode'\'', '\''plan'\'', '\''verifier'\'', '\''all'\'')]:value:(ast types ir check bytecode plan verifier all)' \
    '--debug[show what a stage made ('\''ast'\'', '\''types'\'', '\''ir'\'', '\''check'\'', '\''bytecode'\'', '\''plan'\'', '\''verifier'\'', '\''all'\'')]:value:(ast types ir check bytecode plan verifier all)' \
    '--dump-after[with -d\: show what this pass of the optimiser made, or '\''all'\'']:value:(all)' \
    '--without-pass[with -d\: leave out this pass of the optimiser]:value: ' \
    '-b[accepted and ignored]' \
    '--btf[accepted and ignored]' \
    '--usdt-file-activation[accepted and ignored]' \
    '*:script:_tsbt_scripts'
}

# A script; as the first word a subcommand, too.
_tsbt_scripts() {
  (( CURRENT == 2 )) && compadd -- help completion repl setup types
  _files
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _tsbt "$@"
else
  compdef _tsbt tsbt
fi
