/** Tab: what was offered, and choosing from it. */
import { edited, type EditorState, type Menu, type MenuItem } from "./state.js";

/** The one thing that fits is taken; else as much as all have in common; else there is a choice. */
export function offer(
  state: EditorState,
  range: { readonly start: number; readonly end: number },
  items: readonly MenuItem[],
): EditorState {
  const [first] = items;
  if (first === undefined) return state;
  if (items.length === 1) return replace(state, range.start, range.end, first.text);
  const common = items.reduce((shared, { text }) => commonPrefix(shared, text), first.text);
  const typed = state.text.slice(range.start, state.cursor);
  if (common.length > typed.length && common.startsWith(typed)) return replace(state, range.start, range.end, common);
  const draft = { text: state.text, cursor: state.cursor };
  return { ...state, menu: { draft, ...range, items, chosen: undefined }, last: undefined };
}

function replace(state: EditorState, start: number, end: number, text: string): EditorState {
  const draft = { text: state.text.slice(0, start) + text + state.text.slice(end), cursor: start + text.length };
  return edited(state, draft, undefined);
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

export function choose(state: EditorState, by: 1 | -1): EditorState {
  const { menu } = state;
  if (menu === undefined) return state;
  const count = menu.items.length;
  const chosen = menu.chosen === undefined ? (by > 0 ? 0 : count - 1) : (menu.chosen + by + count) % count;
  const text = menu.items[chosen]?.text ?? "";
  const { draft, start, end } = menu;
  return {
    ...edited(
      { ...state, ...draft, last: undefined },
      {
        text: draft.text.slice(0, start) + text + draft.text.slice(end),
        cursor: start + text.length,
      },
      undefined,
    ),
    // All choices are undone together.
    undo: menu.chosen === undefined ? [...state.undo, draft] : state.undo,
    menu: { ...menu, chosen },
  };
}

export const closeMenu = (state: EditorState): EditorState =>
  state.menu === undefined ? state : { ...state, menu: undefined };

/** As it was before something was chosen. */
export const cancelMenu = (state: EditorState): EditorState =>
  state.menu === undefined ? state : { ...state, ...(state.menu satisfies Menu).draft, menu: undefined };
