// Where we are: `#/board/id`. Boards are the files of boards/, found by glob; there is no list of
// them anywhere else, so no key and no menu leads to one that does not exist.
import type { Component } from 'svelte';

/** What a board's file says of itself. */
export interface BoardInfo {
  /** File name, and first part of the address. */
  name: string;
  /** Letter after `g`. */
  letter: string;
  order: number;
  title: () => string;
  /** False for papers that are reached from a board only. */
  menu: boolean;
}

interface BoardModule {
  default: Component<{ id?: string }>;
  board: Omit<BoardInfo, 'name'>;
}

const files = import.meta.glob<BoardModule>('./boards/*.svelte', { eager: true });

export const boards: (BoardInfo & { view: BoardModule['default'] })[] = Object.entries(files)
  .map(([path, m]) => ({
    ...m.board,
    name: path.replace('./boards/', '').replace('.svelte', ''),
    view: m.default,
  }))
  .sort((a, b) => a.order - b.order);

export const route = $state({ board: '', id: '' });

function read(): void {
  const [board = '', id = ''] = location.hash.replace(/^#\/?/, '').split('/');
  const known = boards.some((b) => b.name === board);
  route.board = known ? board : (boards[0]?.name ?? '');
  route.id = known ? decodeURIComponent(id) : '';
}

export function startRoute(): () => void {
  read();
  addEventListener('hashchange', read);
  return () => removeEventListener('hashchange', read);
}

/** Address of a board. */
export function href(board: string, id = ''): string {
  return `#/${board}${id ? `/${encodeURIComponent(id)}` : ''}`;
}

export function go(board: string, id = ''): void {
  location.hash = href(board, id);
}
