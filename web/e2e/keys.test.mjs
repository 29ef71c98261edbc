// Keys: each key that the card names does something on its board; lists are walked, filtered and
// saved by keys. Answers come from the mock.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { boards } from './boards.mjs';
import { page } from './browser.mjs';
import { mocked } from './mocked.mjs';

const at = mocked();
const look = { width: 1440, height: 900, lang: 'en', mode: 'light' };

async function open(board) {
  const p = await page(at.browser, look, at.base);
  await p.request.post(`${at.base}/api/v1/session`, { data: { account: 'county.duty' } });
  await p.goto(`${at.base}/#/${board}`);
  await p.locator('[data-board]').first().waitFor();
  return p;
}

/** Keys on the card of a board, as printed. */
async function card(p) {
  await p.keyboard.press('Shift+Slash');
  const keys = await p.locator('aside.card dt').allInnerTexts();
  await p.keyboard.press('Escape');
  await p.locator('aside.card').waitFor({ state: 'detached' });
  return keys.map((k) => k.trim());
}

const COMMON = ['Ctrl+K', '/', 'J', 'K', 'Q', '?', 'Alt+W', 'Esc', ...boards.map((b) => `g ${b.letter}`)];
const OWN = {
  event: [
    '1', '2', '3', '4', '5', '6', '7', '8', 'M', 'A', 'C', 'W', 'T', 'X', 'R', 'N', 'L', 'Shift+L', 'D',
    'Shift+1', 'Shift+3', 'Shift+4', 'Shift+5',
  ],
  alert: ['1', '2', 'A'],
  mine: ['A', 'R'],
  record: ['1', '2', '.', 'V'],
  danger: ['1', 'N'],
};

for (const [board, own] of Object.entries(OWN)) {
  test(`the key card of ${board} names the keys that hold there and no other`, async () => {
    const p = await open(board);
    assert.deepEqual((await card(p)).sort(), [...COMMON, ...own].sort());
    await p.context().close();
  });
}

/** What has the focus, by its panel. */
const panel = (p) => p.evaluate(() => document.activeElement?.closest('.panel')?.getAttribute('aria-label'));

test('a digit goes to its panel, j and k walk its rows, on every board with panels', async () => {
  for (const [board, key, name] of [['alert', '1', 'Alerts received'], ['record', '1', 'Entries'], ['event', '4', 'Tasks']]) {
    const p = await open(board);
    await p.locator('.panel').first().waitFor();
    await p.waitForFunction(() => document.querySelectorAll('.row, tr[tabindex="0"], .open').length > 0);
    await p.keyboard.press(key);
    assert.equal(await panel(p), name, board);
    const at = () => p.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 60));
    if ((await p.locator('.panel').first().locator('.row, tr[tabindex="0"]').count()) > 1) {
      await p.keyboard.press('j');
      const first = await at();
      await p.keyboard.press('j');
      assert.notEqual(await at(), first, board);
      await p.keyboard.press('k');
      assert.equal(await at(), first, board);
    }
    assert.equal(await panel(p), name, board);
    await p.context().close();
  }
});

test('keys of the map: layers, list of marks, drawing', async () => {
  const p = await open('event');
  await p.getByRole('group', { name: 'Legend' }).waitFor();
  await p.keyboard.press('l');
  assert.equal(await p.getByRole('group', { name: 'Legend' }).count(), 0);
  await p.keyboard.press('Shift+L');
  await p.getByRole('table', { name: 'List of what the map shows' }).waitFor();
  await p.keyboard.press('Shift+L');
  await p.keyboard.press('d');
  await p.getByText(/Click the corners/).waitFor();
  await p.context().close();
});

test('a list is opened, filtered and saved by keys, with sources and where it was saved', async () => {
  const p = await open('event');
  await p.locator('#panel-4 .open').first().waitFor();
  await p.keyboard.press('Shift+Digit4');
  const sheet = p.getByRole('complementary', { name: 'Tasks' });
  const rows = sheet.locator('tbody tr[tabindex="0"]');
  await rows.first().waitFor();
  const all = await rows.count();
  await sheet.getByRole('textbox').first().fill('X204');
  await p.waitForFunction((n) => document.querySelectorAll('aside tbody tr').length < n, all);
  const left = await rows.count();
  assert.ok(left > 0 && left < all, `${left} of ${all}`);
  const [file] = await Promise.all([
    p.waitForEvent('download'),
    sheet.getByRole('button', { name: 'Export CSV' }).press('Enter'),
  ]);
  const text = await readFile(await file.path(), 'utf8');
  const lines = text.trim().split('\r\n');
  assert.equal(lines.length, left + 2);
  assert.match(lines[0], /Ground/);
  assert.match(lines.at(-1), /^saved,\d{4}-.*\[Exercise\]/);
  await rows.first().press('Enter');
  await p.getByRole('complementary').getByText('History').waitFor();
  await p.context().close();
});

test('the alerts are filtered, full and half width alike, and saved', async () => {
  const p = await open('alert');
  const row = p.locator('[data-alert]');
  await row.first().waitFor();
  await p.getByRole('textbox', { name: 'Filter' }).fill('nothing like it');
  assert.equal(await row.count(), 0);
  await p.getByRole('textbox', { name: 'Filter' }).fill('ＲＥＤ');
  await row.first().waitFor();
  const [file] = await Promise.all([
    p.waitForEvent('download'), p.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  assert.match(await readFile(await file.path(), 'utf8'), /red/i);
  await p.context().close();
});
