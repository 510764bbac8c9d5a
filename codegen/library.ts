/**
 * The part of the library that is written in the language itself: macros. A macro of the script with the same name and
 * kinds of parameters takes the place of one of these (language.md 14.4).
 */
export const LIBRARY = `
macro assert(condition, message) { if (!(condition)) { errorf("assert failed: %s", message); exit(1); } }
macro find(@map, key, $value) { let $key = key; if (has_key(@map, $key)) { $value = @map[$key]; true } else { false } }
macro ppid() { ppid(curtask) }
macro ppid(task) { task.real_parent.pid }
macro pcomm() { pcomm(curtask) }
macro pcomm(task) { task.real_parent.comm }
macro leader_comm() { leader_comm(curtask) }
macro leader_comm(task) { task.group_leader.comm }
macro leader_tid() { leader_tid(curtask) }
macro leader_tid(task) { task.group_leader.pid }
macro strcap(string) { assert_str(string); if comptime (is_str(string) || is_array(string)) { sizeof((string)) } else { strlen(string) } }
macro strcontains(haystack, needle) { strstr(haystack, needle) >= 0 }
macro container_of(pointer, type, member) { (type *)((void *)pointer - offsetof(type, member)) }
macro default_str_length() { sizeof(str((int8 *)0)) }
`;
