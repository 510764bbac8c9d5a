/** Flags of `bpf_map_update_elem`: linux/bpf.h. */
/** Create a new entry or update an old one. */
export const BPF_ANY = 0;
/** Create a new entry only if there was none. */
export const BPF_NOEXIST = 1;
