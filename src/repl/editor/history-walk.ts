/** Lines of the text, then entries of the history: what ↑ and ↓ go through; and Ctrl-R. */
import { type Draft, type EditorState, moved } from "./state.js";
import { lineEnd, lineStart } from "./text.js";

export function up(state: EditorState): EditorState {
  const start = lineStart(state.text, state.cursor);
  if (start === 0) return older(state);
  const above = lineStart(state.text, start - 1);
  return moved(state, Math.min(above + (state.cursor - start), start - 1));
}

export function down(state: EditorState): EditorState {
  const end = lineEnd(state.text, state.cursor);
  if (end === state.text.length) return newer(state);
  const column = state.cursor - lineStart(state.text, state.cursor);
  return moved(state, Math.min(end + 1 + column, lineEnd(state.text, end + 1)));
}

export const older = (state: EditorState): EditorState => show(state, state.historyAt - 1);
export const newer = (state: EditorState): EditorState => show(state, state.historyAt + 1);

function show(state: EditorState, at: number): EditorState {
  const { history, historyAt, text } = state;
  if (at < 0 || at > history.length || at === historyAt) return state;
  const unsent = historyAt === history.length ? text : state.unsent;
  const shown = history[at] ?? unsent;
  return {
    ...state,
    text: shown,
    cursor: shown.length,
    historyAt: at,
    unsent,
    undo: [],
    redo: [],
    last: undefined,
    menu: undefined,
  };
}

// ---------------------------------------------------------------- Ctrl-R

export function startSearch(state: EditorState): EditorState {
  const draft: Draft = { text: state.text, cursor: state.cursor };
  return { ...state, search: { query: "", found: undefined, draft }, menu: undefined };
}

/** The newest entry that has it, older than `below`. */
function find(history: readonly string[], query: string, below: number): number | undefined {
  for (let i = Math.min(below, history.length) - 1; i >= 0; i--) if (history[i]?.includes(query) === true) return i;
  return undefined;
}

export function searchFor(state: EditorState, query: string): EditorState {
  const { search, history } = state;
  if (search === undefined) return state;
  const found = query === "" ? undefined : find(history, query, history.length);
  return showFound({ ...state, search: { ...search, query, found } });
}

export function searchOlder(state: EditorState): EditorState {
  const { search, history } = state;
  if (search?.found === undefined) return state;
  const found = find(history, search.query, search.found) ?? search.found;
  return showFound({ ...state, search: { ...search, found } });
}

function showFound(state: EditorState): EditorState {
  const { search, history } = state;
  if (search === undefined) return state;
  const text = search.found === undefined ? search.draft.text : (history[search.found] ?? "");
  const cursor = search.found === undefined ? search.draft.cursor : Math.max(0, text.indexOf(search.query));
  return { ...state, text, cursor };
}

/** What was found stays, ready to be changed. */
export function endSearch(state: EditorState): EditorState {
  const { search, history } = state;
  if (search === undefined) return state;
  return {
    ...state,
    search: undefined,
    cursor: state.text.length,
    historyAt: search.found ?? history.length,
    last: undefined,
  };
}

export function cancelSearch(state: EditorState): EditorState {
  return state.search === undefined ? state : { ...state, ...state.search.draft, search: undefined };
}
