// Reasons that the engines give as a code with values, in words.
import { t } from './words/index.svelte.ts';

/** A reason in words; an unknown code is shown as it is, with its values. */
export function reasonText(reason: { code: string; [more: string]: unknown }): string {
  const w = t();
  const rest = Object.entries(reason)
    .filter(([k, v]) => k !== 'code' && v !== null && typeof v !== 'object')
    .map(([, v]) => String(v));
  const words = w.reason[String(reason.code).replaceAll('-', '_')];
  return words ?? [reason.code, rest.length > 0 ? `(${rest.join(', ')})` : ''].join(' ').trim();
}
