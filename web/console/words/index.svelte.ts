// The console's dictionaries. `t()` gives the words of the language that holds now; a key that
// lacks in English is a type error, and words.test.ts compares both at run time too.
import { locale, setLanguage, type Lang } from '../../kit/locale.svelte.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

/** Text in both languages, as the program sends labels. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** Words of the language that holds now. */
export function t(): typeof zh {
  return locale.lang === 'zh' ? zh : en;
}

/** The dictionary of one language, whichever one the screen is in. */
export const dictionary = (lang: Lang): typeof zh => (lang === 'zh' ? zh : en);

/** The half of a bilingual label that holds now. */
export function pick(b: Bilingual | string | undefined | null): string {
  if (!b) return '';
  return typeof b === 'string' ? b : b[locale.lang] || b.zh || b.en;
}

export function useLanguage(lang: Lang): void {
  setLanguage(lang, lang === 'zh' ? zh.kit : en.kit);
}

/** Both halves of a label, for finding in either language. */
export function both(b: Bilingual | string | undefined | null): string {
  if (!b) return '';
  return typeof b === 'string' ? b : `${b.zh} ${b.en}`;
}
