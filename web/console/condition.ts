// A condition of a rule table in words: bands with their ends, said as the field says them.
import { number } from '../kit/format.ts';
import { t } from './words/index.svelte.ts';

const COMPARED = /^(>=|>|<=|<) ?(-?[\d_]+(?:\.\d+)?)$/;
const BAND = /^([[\](])(-?[\d_]+(?:\.\d+)?)\.\.(-?[\d_]+(?:\.\d+)?)([[\])])$/;
const CODE = /^[a-z][a-z0-9_]*(, ?[a-z][a-z0-9_]*)*$/;

function plain(text: string): string {
  return number(Number(text.replaceAll('_', '')));
}

/** Words of one condition; one that is no number, band or code stays as the table has it. */
export function conditionText(condition: string): string {
  const w = t().condition;
  const text = condition.trim();
  const compared = COMPARED.exec(text);
  if (compared) return w[compared[1] as '>=' | '>' | '<=' | '<'](plain(compared[2] ?? ''));
  const band = BAND.exec(text);
  if (band) {
    const [, open, low = '', high = '', close] = band;
    return w.band(plain(low), open === '[', plain(high), close === ']');
  }
  if (/^-?[\d_]+$/.test(text)) return w.equal(plain(text));
  if (text === '-') return w.any;
  if (text === 'true' || text === 'false') return text === 'true' ? t().kit.yes : t().kit.no;
  return CODE.test(text) ? w.stated : text;
}
