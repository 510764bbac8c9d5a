# Completion of tsbt for fish, made by docs/generate.mjs: tsbt completion fish | source

# Probes that begin with the word at the cursor, up to the next colon.
function __tsbt_probes
    set -l word (commandline -ct | string trim -l -c "'\"")
    if not string match -q '*:*' -- $word
        printf '%s\n' begin bench: end fentry: fexit: hardware: interval: iter: kprobe: kretprobe: profile: rawtracepoint: self: software: test: tracepoint: uprobe: uretprobe: usdt: watchpoint:
        return
    end
    if string match -qr '^(uprobe|uretprobe|usdt):[^:]*$' -- $word
        set -l parts (string split -m 1 : -- $word)
        printf "$parts[1]:%s\n" (__fish_complete_path $parts[2])
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

complete -c tsbt -n __fish_is_first_token -a 'help\t"what a name means" completion\t"completion for a shell" repl\t"a prompt" setup\t"makes the start-up snapshot" types\t"types of a script, for TypeScript"'
complete -c tsbt -n '__fish_seen_subcommand_from help' -f -a 'argN args assert_str avg begin bench bswap buf cat cgroup cgroup_path cgroupid clear comm config count cpid cpu ctx curtask debugf delete dw_ustack elapsed elf_is_exe end errorf exit fail fentry fexit func gid hardware has_cpid has_key hist interval is_array is_err is_integer is_literal is_ptr is_scalar is_str is_unsigned_integer iter jiffies join kaddr kfunc_allowed kfunc_exist kprobe kptr kretprobe kstack ksym len lhist macaddr max memcmp min ncpus nsecs ntop numaid override path percpu_kaddr pid print printf probe probetype profile pton rand rawtracepoint reg retval self signal signal_name signal_thread skboutput socket_cookie software stack_len static_assert stats stddev str str_concat strerror strftime strlen strncmp strstr sum syscall_name system tail_call test tid time tracepoint tseries uaddr uid unwatch uprobe uptr uretprobe usdt usdt_arg usermode username ustack usym warnf watchpoint write_user zero'
complete -c tsbt -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'
complete -c tsbt -s e -x -a '(__tsbt_probes)' -d 'execute this program'
complete -c tsbt -s l -l list -x -a '(__tsbt_probes)' -d 'list kernel probes or probes in a program'
complete -c tsbt -s v -l verbose -d 'verbose messages; with -l, also show probe arguments'
complete -c tsbt -l fmt -d 'format the program and print it'
complete -c tsbt -s I -x -a '(__fish_complete_directories)' -d 'look for C headers in this directory, too'
complete -c tsbt -l include -r -F -d 'include this C header before the program\'s own definitions'
complete -c tsbt -l emit -r -F -d 'compile the program to FILE, which `tsbt FILE` runs, and do not run it'
complete -c tsbt -s h -l help -d 'show this help message'
complete -c tsbt -s V -l version -d 'tsbt version'
complete -c tsbt -l info -d 'say what this kernel can do for programs'
complete -c tsbt -s p -l pid -x -a '(__fish_complete_pids)' -d 'filter actions and attach user-space probes to PID'
complete -c tsbt -s c -l cmd -x -a '(__fish_complete_command)' -d 'run CMD and trace the resulting process'
complete -c tsbt -l dwarf-pid -x -a '(__fish_complete_pids)' -d 'unwind the stacks of PID, too (dw_ustack); may be repeated'
complete -c tsbt -l test -d 'run the test probes of the program'
complete -c tsbt -l bench -d 'run the bench probes of the program and show what they take'
complete -c tsbt -l probe-filter -x -d 'only run probes whose name matches REGEX'
complete -c tsbt -l traceable-functions -r -F -d 'read the traceable kernel functions from FILE'
complete -c tsbt -l debuginfo -x -d 'look for debug files of programs here first; relative to the program'
complete -c tsbt -s o -l output -r -F -d 'redirect program output to FILE'
complete -c tsbt -s f -x -a 'text json' -d 'output format (\'text\', \'json\')'
complete -c tsbt -s B -x -a 'line full none' -d 'output buffering mode (\'line\', \'full\', \'none\')'
complete -c tsbt -s q -l quiet -d 'keep messages quiet'
complete -c tsbt -s k -l warnings -d 'warn when probe read helpers return an error'
complete -c tsbt -l no-warnings -d 'disable all warning messages'
complete -c tsbt -l unsafe -d 'allow unsafe/destructive functionality'
complete -c tsbt -l no-feature -x -a 'kprobe_multi kprobe_session uprobe_multi tail_calls steady_raw_tracepoints compare_exchange' -d 'do not use these features of the kernel (\'kprobe_multi\', \'kprobe_session\', \'uprobe_multi\', \'tail_calls\', \'steady_raw_tracepoints\' or \'compare_exchange\')'
complete -c tsbt -l dry-run -d 'terminate execution right after attaching all the probes'
complete -c tsbt -l mode -x -a 'codegen compiler-bench bench test format' -d 'what to do with the program (\'codegen\', \'compiler-bench\', \'bench\', \'test\' or \'format\')'
complete -c tsbt -s d -l debug -x -a 'ast types ir check bytecode plan verifier all' -d 'show what a stage made (\'ast\', \'types\', \'ir\', \'check\', \'bytecode\', \'plan\', \'verifier\', \'all\')'
complete -c tsbt -l dump-after -x -a 'all' -d 'with -d: show what this pass of the optimiser made, or \'all\''
complete -c tsbt -l without-pass -x -d 'with -d: leave out this pass of the optimiser'
complete -c tsbt -s b -l btf -d 'accepted and ignored'
complete -c tsbt -l usdt-file-activation -d 'accepted and ignored'
