// Walking rows by keys: j and k step through what can be opened in the panel, sheet or board that has
// the focus, in reading order.

const ROW = '.row, .open, .cell, .task, .alarm, tr[tabindex="0"], li a, .card';
const STOP = 'button, a[href], tr[tabindex="0"], input, select, textarea';

/** The one thing in a row that takes the focus. */
function stopOf(row: HTMLElement): HTMLElement | undefined {
  if (row.matches(STOP)) return row;
  return row.querySelector<HTMLElement>(STOP) ?? undefined;
}

/** Steps to the next row (1) or the one before (-1); from no row, to the first. */
export function stepRow(step: 1 | -1): void {
  const now = document.activeElement;
  const within = now?.closest('aside, .panel, [data-board]') ?? document.getElementById('main');
  const stops = [...(within?.querySelectorAll<HTMLElement>(ROW) ?? [])]
    .map(stopOf)
    .filter((x): x is HTMLElement => x !== undefined && x.getClientRects().length > 0);
  const list = [...new Set(stops)];
  const at = list.findIndex((x) => x === now || x.closest('tr, .card, .row')?.contains(now));
  const next = at < 0 ? list[0] : list[Math.min(list.length - 1, Math.max(0, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
