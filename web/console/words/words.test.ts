// Both dictionaries hold the same keys, no word is empty, and none is left in the other language.
import { expect, it } from 'vitest';
import { en } from './en.ts';
import { zh } from './zh.ts';

type Tree = { [key: string]: unknown };

function walk(tree: Tree, path = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([k, v]): [string, unknown][] =>
    typeof v === 'object' && v !== null ? walk(v as Tree, `${path}${k}.`) : [[`${path}${k}`, v]],
  );
}

const BOTH = new Set(['app.language', 'kit.exercise_band']);

function said(v: unknown): string {
  if (typeof v !== 'function') return String(v);
  const say = v as (...a: unknown[]) => unknown;
  const n = say.length;
  return String(say(...Array.from({ length: n }, (_, i) => i + 2)));
}

it('has every key in both languages', () => {
  const keys = (d: Tree): string[] => walk(d).map(([k]) => k).sort();
  expect(keys(en)).toEqual(keys(zh));
});

it('has no empty word but the unit of a bare count', () => {
  for (const [key, value] of [...walk(zh), ...walk(en)]) {
    if (key === 'kit.unit.count' || key === 'kit.step_state.person') continue;
    if (key === 'level.proposed_tag') continue;
    expect(said(value).trim(), key).not.toBe('');
  }
});

it('leaves no Chinese in the English words', () => {
  for (const [key, value] of walk(en)) {
    if (BOTH.has(key)) continue;
    expect(/\p{Script=Han}/u.test(said(value)), key).toBe(false);
  }
});

it('raises no voice: no exclamation marks and no please', () => {
  for (const [key, value] of [...walk(zh), ...walk(en)]) {
    expect(/[!!]|请(?!求)|please/i.test(said(value)), key).toBe(false);
  }
});
