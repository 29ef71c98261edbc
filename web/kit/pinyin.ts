// Initials of Chinese words by the browser's own pinyin collation, so that `ltc` finds 龙潭村.

const BOUNDS = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥扨它穵夕丫帀';
const LETTERS = 'abcdefghjklmnopqrstwxyz';
const collator = new Intl.Collator('zh-Hans-CN-u-co-pinyin');

/** Letters that were found before: lists of thousands of names share few characters. */
const known = new Map<string, string>();

function initial(ch: string): string {
  let letter = known.get(ch);
  if (letter === undefined) {
    letter = compared(ch);
    known.set(ch, letter);
  }
  return letter;
}

function compared(ch: string): string {
  if (!/\p{Script=Han}/u.test(ch)) return ch.toLowerCase();
  for (let i = BOUNDS.length - 1; i >= 0; i -= 1) {
    if (collator.compare(ch, BOUNDS[i] as string) >= 0) return LETTERS[i] as string;
  }
  return '';
}

/** "龙潭村" -> "ltc"; other characters stay, lower-cased, spaces go. */
export function initials(text: string): string {
  return Array.from(text, initial).join('').replaceAll(/\s/g, '');
}

/** Full-width digits and letters become half-width, so that both are found by either. */
export function halfWidth(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
