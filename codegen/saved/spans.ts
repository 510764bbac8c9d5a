/** Places in the script, with its text: messages at run time show the line. */
import type { SourceFile, Span } from "../../grammar/index.js";
import { bool, checked, type Codec, count, list, missing, record, shared, text } from "../codec/index.js";

const file: Codec<SourceFile> = shared(
  record<SourceFile>({ name: text, text, isLibrary: missing(bool), isEmbedded: missing(bool) }),
);

const place = { file, start: count, end: count };

const trouble = ({ file, start, end }: Span): string | undefined =>
  start <= end && end <= file.text.length ? undefined : "a place is not in its text";

/** Each of them has come from the next ones of the list, and says nothing of that itself. */
const call: Codec<Span> = checked(record<Omit<Span, "expandedFrom">>(place), trouble);

/** All spans of one expansion share the array. */
const expandedFrom: Codec<readonly Span[]> = shared(list(call));

export const span: Codec<Span> = checked(record<Span>({ ...place, expandedFrom: missing(expandedFrom) }), trouble);
