/** Places in the script, with its text: messages at run time show the line. */
import type { SourceFile, Span } from "../../grammar/index.js";
import { bool, type Codec, count, lazy, list, missing, record, shared, text } from "../codec/index.js";

const file: Codec<SourceFile> = shared(
  record<SourceFile>({ name: text, text, isLibrary: missing(bool), isEmbedded: missing(bool) }),
);

/** All spans of one expansion share the array. */
const expandedFrom: Codec<readonly Span[]> = shared(list(lazy(() => span)));

export const span: Codec<Span> = record<Span>({ file, start: count, end: count, expandedFrom: missing(expandedFrom) });
