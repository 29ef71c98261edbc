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
