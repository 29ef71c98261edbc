// Keys, read by their place on the keyboard (`event.code`), so that an input method cannot
// swallow them; ignored while typing or composing. Each binding has a name, which the key card
// and the palette show.
import { untrack } from 'svelte';
import { tinykeys } from 'tinykeys';

export interface KeyBinding {
  /** tinykeys notation over `event.code`: "KeyQ", "Control+Enter", "KeyG KeyE". */
  keys: string;
  /** As printed on the key card: "Q", "Ctrl+Enter", "g e". */
  shown: string;
  label: () => string;
  run: (event: KeyboardEvent) => void;
  /** True where it also works while a field has the focus (Ctrl+Enter, Ctrl+K). */
  whileTyping?: boolean;
  hidden?: boolean;
  /** True where holding the key down goes on (walking rows). */
  repeats?: boolean;
}

interface Held {
  id: number;
  bindings: KeyBinding[];
}

const held = $state<Held[]>([]);
let next = 0;
let unbind: (() => void) | undefined;

function typing(event: KeyboardEvent): boolean {
  if (event.isComposing) return true;
  const el = event.target as HTMLElement | null;
  if (!el?.closest) return false;
  return (
    el.closest('input:not([type=checkbox],[type=radio]),select,textarea,[contenteditable=true]') !==
    null
  );
}

function rebind(): void {
  unbind?.();
  const map: Record<string, (event: KeyboardEvent) => void> = {};
  for (const h of held) {
    for (const b of h.bindings) {
      map[b.keys] = (event) => {
        if (event.defaultPrevented) return;
        if (event.repeat && !b.whileTyping && !b.repeats) return;
        if (typing(event) && !b.whileTyping) return;
        event.preventDefault();
        b.run(event);
      };
    }
  }
  // Sequences first: tinykeys stops at the first match, and "g w" must win over "w".
  const sorted = Object.fromEntries(
    Object.entries(map).sort(([a], [b]) => Number(b.includes(' ')) - Number(a.includes(' '))),
  );
  unbind = tinykeys(window, sorted, { ignore: () => false, timeout: 1500 });
}

/** Adds bindings; the last added wins a key. Returns what takes them away again. */
export function addKeys(bindings: KeyBinding[]): () => void {
  next += 1;
  const id = next;
  untrack(() => {
    held.push({ id, bindings });
    rebind();
  });
  return () => {
    untrack(() => {
      const at = held.findIndex((h) => h.id === id);
      if (at >= 0) held.splice(at, 1);
      rebind();
    });
  };
}

/** All bindings that hold now, the first of each key, for the key card and the palette. */
export function currentKeys(): KeyBinding[] {
  const byKey = new Map<string, KeyBinding>();
  for (const h of held) for (const b of h.bindings) byKey.set(b.keys, b);
  return [...byKey.values()].filter((b) => !b.hidden);
}
