// The boards that the console has, read from its folder as the console itself finds them.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../console/boards');

/** Name and letter of every board that stands in the menu. */
export const boards = readdirSync(folder)
  .filter((f) => f.endsWith('.svelte'))
  .map((f) => ({ name: f.replace('.svelte', ''), text: readFileSync(join(folder, f), 'utf8') }))
  .filter(({ text }) => /menu: true/.test(text))
  .map(({ name, text }) => {
    const letter = /letter: '(\w)'/.exec(text)?.[1];
    if (!letter) throw new Error(`${name}: no letter`);
    return { name, letter };
  });
