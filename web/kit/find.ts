// Finding by what people type: words in any place, pinyin initials, codes, digits of a phone; full
// and half width alike.
import { halfWidth, initials } from './pinyin.ts';

/** Something that can be found. */
export interface Findable {
  label: string;
  /** Second text, shown beside the label. */
  hint?: string;
  /** Further words that find it and are not shown: a code, the name in the other language. */
  words?: string;
}

interface Prepared {
  label: string;
  all: string;
  initials: string;
}

const prepared = new WeakMap<Findable, Prepared>();

function plain(text: string): string {
  return halfWidth(text).replaceAll(/\s/g, '');
}

/** Texts of a thing as they are compared, made once. */
function prepare(item: Findable): Prepared {
  const known = prepared.get(item);
  if (known) return known;
  const more = [item.hint, item.words].filter(Boolean).join(' ');
  const made = {
    label: plain(item.label),
    all: plain(`${item.label} ${more}`),
    initials: initials(`${item.label} ${more}`),
  };
  prepared.set(item, made);
  return made;
}

/** How well a thing fits what was typed: 0 not at all, 1 best; 1 where nothing was typed. */
export function fit(item: Findable, typed: string): number {
  // Words may stand in any order: each must be found.
  const wanted = halfWidth(typed).split(/\s+/).filter(Boolean);
  const text = prepare(item);
  return wanted.reduce((least, word) => Math.min(least, one(text, word)), 1);
}

function one(text: Prepared, word: string): number {
  if (text.label.startsWith(word)) return 1;
  if (text.label.includes(word)) return 0.9;
  if (text.all.includes(word)) return 0.8;
  return /^[a-z]/.test(word) && text.initials.includes(word) ? 0.7 : 0;
}

/** The things that fit, best first, as they stood among equals. */
export function found<T extends Findable>(items: readonly T[], typed: string): T[] {
  if (typed.trim() === '') return [...items];
  return items
    .map((item) => ({ item, fit: fit(item, typed) }))
    .filter((x) => x.fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .map((x) => x.item);
}
