// Which language and look the page has now. Components read words from here, so a switch of
// language is one assignment and needs no reload.
import type { KitWords } from './words.ts';

export type Lang = 'zh' | 'en';
export type Mode = 'light' | 'dark' | 'wall' | 'sun';

interface Locale {
  lang: Lang;
  mode: Mode;
  kit: KitWords;
}

export const locale = $state<Locale>({
  lang: 'zh',
  mode: 'light',
  kit: {} as KitWords,
});

/** Sets the language of the page and the words of the components. */
export function setLanguage(lang: Lang, kit: KitWords): void {
  locale.lang = lang;
  locale.kit = kit;
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
}

/** Sets light, dark, wall or sun. */
export function setMode(mode: Mode): void {
  locale.mode = mode;
  document.documentElement.dataset.mode = mode;
}
