# Completion of tsbt for bash, made by docs/generate.mjs: eval "$(tsbt completion bash)"

# Probes that begin with a word, up to the next colon.
_tsbt_probes() {
  local word=$1
  case $word in
    *:*) ;;
    *) compgen -W 'begin bench: end fentry: fexit: hardware: interval: iter: kprobe: kretprobe: profile: rawtracepoint: self: software: test: tracepoint: uprobe: uretprobe: usdt: watchpoint:' -- "$word"; return ;;
  esac
  case $word in
    uprobe:*:* | uretprobe:*:* | usdt:*:*) ;;
    uprobe:* | uretprobe:* | usdt:*)
      compgen -P "${word%%:*}:" -f -- "${word#*:}"
      return ;;
  esac
  local probe
  tsbt -l "$word*" 2> /dev/null | while IFS= read -r probe; do
    local rest=${probe#"$word"}
    case $rest in
      *:*) printf '%s\n' "$word${rest%%:*}:" ;;
      *) printf '%s\n' "$probe" ;;
    esac
  done | sort -u
}

_tsbt_words() {
  local before=$1 word=$2
  case $before in
    -e) _tsbt_probes "$word" ;;
    -l | --list) _tsbt_probes "$word" ;;
    -I) compgen -d -- "$word" ;;
    --include) compgen -f -- "$word" ;;
    --emit) compgen -f -- "$word" ;;
    -p | --pid) compgen -W "$(cd /proc && printf '%s ' [0-9]*)" -- "$word" ;;
    -c | --cmd) compgen -c -- "$word" ;;
    --dwarf-pid) compgen -W "$(cd /proc && printf '%s ' [0-9]*)" -- "$word" ;;
    --traceable-functions) compgen -f -- "$word" ;;
    -o | --output) compgen -f -- "$word" ;;
    -f) compgen -W 'text json' -- "$word" ;;
    -B) compgen -W 'line full none' -- "$word" ;;
    --no-feature) compgen -W 'kprobe_multi kprobe_session uprobe_multi tail_calls steady_raw_tracepoints compare_exchange' -- "$word" ;;
    --mode) compgen -W 'codegen compiler-bench bench test format' -- "$word" ;;
    -d | --debug) compgen -W 'ast types ir check bytecode plan verifier all' -- "$word" ;;
    --dump-after) compgen -W 'all' -- "$word" ;;
    help) compgen -W 'argN args assert_str avg begin bench bswap buf cat cgroup cgroup_path cgroupid clear comm config count cpid cpu ctx curtask debugf delete dw_ustack elapsed elf_is_exe end errorf exit fail fentry fexit func gid hardware has_cpid has_key hist interval is_array is_err is_integer is_literal is_ptr is_scalar is_str is_unsigned_integer iter jiffies join kaddr kfunc_allowed kfunc_exist kprobe kptr kretprobe kstack ksym len lhist macaddr max memcmp min ncpus nsecs ntop numaid override path percpu_kaddr pid print printf probe probetype profile pton rand rawtracepoint reg retval self signal signal_name signal_thread skboutput socket_cookie software stack_len static_assert stats stddev str str_concat strerror strftime strlen strncmp strstr sum syscall_name system tail_call test tid time tracepoint tseries uaddr uid unwatch uprobe uptr uretprobe usdt usdt_arg usermode username ustack usym warnf watchpoint write_user zero' -- "$word" ;;
    completion) compgen -W 'bash zsh fish' -- "$word" ;;
    *)
      case $word in
        -*) compgen -W '-e -l --list -v --verbose --fmt -I --include --emit -h --help -V --version --info -p --pid -c --cmd --dwarf-pid --test --bench --probe-filter --traceable-functions --debuginfo -o --output -f -B -q --quiet -k --warnings --no-warnings --unsafe --no-feature --dry-run --mode -d --debug --dump-after --without-pass -b --btf --usdt-file-activation' -- "$word" ;;
        *)
          [ "$COMP_CWORD" = 1 ] && compgen -W 'help completion repl setup types' -- "$word"
          compgen -f -- "$word" ;;
      esac ;;
  esac
}

_tsbt() {
  local line=${COMP_LINE:0:COMP_POINT}
  local word=${line##*[[:space:]]}
  local head=${line%"$word"}
  head=${head%"${head##*[![:space:]]}"}
  local before=${head##*[[:space:]]}
  local quote=
  case $word in
    [\'\"]*) quote=${word:0:1} word=${word:1} ;;
  esac
  mapfile -t COMPREPLY < <(_tsbt_words "$before" "$word")
  if [ ${#COMPREPLY[@]} = 1 ]; then
    case ${COMPREPLY[0]} in
      *:)
        compopt -o nospace
        # A word that is open in a quote would be closed, unless there is something left to choose.
        [ -n "$quote" ] && COMPREPLY+=("${COMPREPLY[0]}...") ;;
      *) [ -d "${COMPREPLY[0]}" ] && compopt -o filenames ;;
    esac
  fi
  # bash takes words apart at colons that are not quoted, and puts in the last part only.
  if [ -z "$quote" ] && [[ $COMP_WORDBREAKS == *:* && $word == *:* ]]; then
    local done=${word%"${word##*:}"}
    COMPREPLY=("${COMPREPLY[@]#"$done"}")
  fi
}

complete -F _tsbt tsbt
