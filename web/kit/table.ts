// Filtering and sorting of tables, by the headless table library; the look is Table.svelte's.
import {
  columnFilteringFeature,
  constructTable,
  createColumnHelper,
  createFilteredRowModel,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/table-core';
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings';
import { halfWidth } from './pinyin.ts';

/** A column: what is compared and exported is text or a number, never a drawn node. */
export interface Column<Row> {
  id: string;
  head: string;
  value: (row: Row) => string | number;
  /** Text shown and exported where it differs from what is sorted by. */
  text?: (row: Row) => string;
  numeric?: boolean;
  grow?: boolean;
  mono?: boolean;
  /** What stands in the one row of several that are folded; undefined: what stands in the first. */
  folded?: (rows: readonly Row[]) => string;
  /** Where the press stands that opens and folds them again. */
  folds?: boolean;
  /** Runs over lines instead of being cut: for sentences. */
  wrap?: boolean;
}

export interface SortBy {
  id: string;
  desc: boolean;
}

const features = tableFeatures({
  coreReactivityFeature: storeReactivityBindings(),
  columnFilteringFeature,
  filteredRowModel: createFilteredRowModel(),
  filterFns: {},
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: {},
});

/** Text of one cell as people read it. */
export function cellText<Row>(column: Column<Row>, row: Row): string {
  return column.text ? column.text(row) : String(column.value(row));
}

/** A drawn line: a row, or several that are folded into one or opened below it. */
export interface Line<Row> {
  row: Row;
  /** Set on the line that stands for several: those, and whether they are open below. */
  group?: { key: string; rows: readonly Row[]; open: boolean };
}

/** So many like rows on end are folded. */
const FEW = 3;

/** Lines of a table in which rows on end with the same key are folded into one that opens. */
export function foldedLines<Row>(
  rows: readonly Row[], keyOf: ((row: Row) => string | undefined) | undefined, open: ReadonlySet<string>,
): Line<Row>[] {
  if (!keyOf) return rows.map((row) => ({ row }));
  const lines: Line<Row>[] = [];
  // Sorted by something else, a step may stand in several places: each is a line of its own.
  const before = new Map<string, number>();
  for (let i = 0; i < rows.length;) {
    const row = rows[i] as Row;
    const key = keyOf(row);
    let end = i + 1;
    while (key !== undefined && end < rows.length && keyOf(rows[end] as Row) === key) end += 1;
    const run = rows.slice(i, end);
    if (key !== undefined && run.length >= FEW) {
      const nth = before.get(key) ?? 0;
      before.set(key, nth + 1);
      const group = { key: `${key} ${nth}`, rows: run, open: open.has(`${key} ${nth}`) };
      lines.push({ row, group });
      if (group.open) lines.push(...run.map((r) => ({ row: r })));
    } else lines.push(...run.map((r) => ({ row: r })));
    i = end;
  }
  return lines;
}

/** The rows that pass every filter (full and half width alike), sorted. */
export function visibleRows<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  filters: Record<string, string>,
  sort: SortBy | undefined,
): Row[] {
  const helper = createColumnHelper<typeof features, Row>();
  const table = constructTable({
    features,
    data: rows as Row[],
    columns: helper.columns(columns.map((c) =>
      helper.accessor((row: Row) => c.value(row), {
        id: c.id,
        header: c.head,
        filterFn: (row, _id, wanted) =>
          halfWidth(cellText(c, row.original)).includes(halfWidth(String(wanted))),
        sortFn: (a, b) => compare(c.value(a.original), c.value(b.original)),
      }),
    )),
    initialState: {
      columnFilters: Object.entries(filters)
        .filter(([, value]) => value !== '')
        .map(([id, value]) => ({ id, value })),
      sorting: sort ? [sort] : [],
    },
  });
  return table.getRowModel().rows.map((r) => r.original);
}

const collator = new Intl.Collator('zh-Hans-CN-u-co-pinyin-kn-true');

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}
