/** Flags of `bpf_map_update_elem` and `bpf_map_push_elem`: linux/bpf.h. */
/** Create a new entry or update an old one. */
export const BPF_ANY = 0;
/** Create a new entry only if there was none. */
export const BPF_NOEXIST = 1;
/** Of a queue: when it is full, forget its oldest element. */
export const BPF_EXIST = 2;
