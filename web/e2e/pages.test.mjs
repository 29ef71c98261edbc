// Pages alone: access rules, keys, no outside request, no overflow, print. Answers come from the
// mock; what the node does is tested in node.test.mjs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clean } from './axe.mjs';
import { boards } from './boards.mjs';
import { page } from './browser.mjs';
import { ALERT, EVENT } from './mock/data.mjs';
import { announce } from './mock/server.mjs';
import { mocked } from './mocked.mjs';

const at = mocked();
const looks = [
  { width: 1366, height: 768, lang: 'zh', mode: 'light' },
  { width: 1440, height: 900, lang: 'en', mode: 'dark' },
  { width: 390, height: 844, lang: 'zh', mode: 'light' },
];

async function open(look, board) {
  const p = await page(at.browser, look, at.base);
  await p.request.post(`${at.base}/api/v1/session`, { data: { account: 'county.duty' } });
  await p.goto(`${at.base}/#/${board}`);
  await p.locator('[data-board]').first().waitFor();
  return p;
}

/** Nothing wider than the window, and no text cut without an ellipsis. */
async function fits(p, name) {
  const wide = await p.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px wider than the window`);
}

for (const look of looks) {
  describe(`${look.lang} ${look.mode} ${look.width}x${look.height}`, () => {
    for (const { name: board } of boards) {
      test(`${board} is accessible, fits, and asks nobody outside`, async () => {
        const p = await open(look, board);
        await p.waitForTimeout(1200);
        await clean(p, board);
        await fits(p, board);
        assert.deepEqual(p.outside, []);
        assert.deepEqual(p.faults, []);
        await p.context().close();
      });
    }
  });
}

test('sign-in is accessible and one click', async () => {
  const p = await page(at.browser, looks[0], at.base);
  await p.goto(at.base);
  await p.getByRole('button', { name: /county\.duty/ }).waitFor();
  await clean(p, 'sign-in');
  await p.getByRole('button', { name: /county\.duty/ }).click();
  await p.locator('[data-board=event]').waitFor();
  await p.context().close();
});

test('language and look switch without a reload and stay', async () => {
  const p = await open(looks[0], 'alert');
  await p.getByText('已收到的预警').first().waitFor();
  await p.getByRole('button', { name: /English/ }).click();
  await p.getByText('Alerts received').first().waitFor();
  assert.equal(await p.evaluate(() => document.documentElement.lang), 'en');
  await p.getByRole('button', { name: 'Change light or dark' }).click();
  assert.equal(await p.evaluate(() => document.documentElement.dataset.mode), 'dark');
  await p.reload();
  await p.getByText('Alerts received').first().waitFor();
  await p.context().close();
});

test('the event board answers to keys alone', async () => {
  const p = await open(looks[1], 'event');
  await p.locator('.criterion').first().waitFor();
  await p.keyboard.press('w');
  await p.getByRole('complementary', { name: 'Why' }).waitFor();
  await p.keyboard.press('Escape');
  assert.equal(await p.getByRole('complementary').count(), 0);
  await p.keyboard.press('x');
  await p.getByText('0990-2210014').first().waitFor();
  await p.keyboard.press('Escape');
  await p.keyboard.press('r');
  await p.getByRole('complementary', { name: /Duty bulletin/ }).waitFor();
  await p.keyboard.press('Escape');
  await p.keyboard.press('c');
  await p.getByText(/^First put the proposal/).waitFor();
  assert.equal(await p.getByRole('radio').count(), 0, 'no level is picked before the proposal was put');
  await p.keyboard.press('Escape');
  await p.keyboard.press('g');
  await p.keyboard.press('o');
  await p.locator('[data-board=record]').waitFor();
  await p.keyboard.press('Control+k');
  await p.getByRole('combobox', { name: /Find acts/ }).fill('rec');
  assert.ok((await p.locator('.palette .item:visible').count()) >= 1);
  await p.keyboard.press('Escape');
  await p.context().close();
});

test('letters typed in a field are text and no commands', async () => {
  const p = await open(looks[0], 'record');
  await p.getByRole('textbox').first().fill('');
  await p.getByRole('textbox').first().pressSequentially('gevx');
  assert.equal(await p.getByRole('textbox').first().inputValue(), 'gevx');
  assert.equal(new URL(p.url()).hash, '#/record');
  await p.context().close();
});

test('a number opens to its source, time and band', async () => {
  const p = await open(looks[1], 'event');
  const figure = p.getByRole('button', { name: /People affected about 38,420/ });
  await figure.waitFor();
  assert.match((await figure.getAttribute('aria-label')) ?? '', /plus or minus 2,305/);
  await figure.click();
  await p.getByText('36,115–40,725').waitFor();
  await p.context().close();
});

test('unknown looks and sounds unknown', async () => {
  const p = await open(looks[1], 'event');
  const unknown = p.getByRole('button', { name: /^Dead \+ missing unknown/ });
  await unknown.waitFor();
  assert.equal((await unknown.innerText()).trim(), '? unknown');
  await p.context().close();
});

test('each number of a pair has its own sign and band; dangers not judged are unknown, not at least none', async () => {
  const p = await open(looks[1], 'event');
  await p.route('**/api/v1/event/*/impact', async (route) => {
    const impact = await (await route.fetch()).json();
    const open_major_dangers = { ...impact.enterprises, value: null, low: 0, high: 6, status: 'unknown' };
    await route.fulfill({ json: { ...impact, open_major_dangers, unjudged_dangers: 6 } });
  });
  await p.reload();
  const pair = p.locator('#panel-1 .figure[aria-label^="Under 5/pregnant"]');
  await pair.waitFor();
  assert.equal((await pair.innerText()).replaceAll(/\s/g, ''), '≈1,870/214');
  assert.match(await pair.getAttribute('aria-label'), /Under 5 about 1,870 people, plus or minus 187; Pregnant 214 people/);
  const dangers = p.locator('#panel-1 .figure[aria-label^="Open major dangers"]');
  assert.match(await dangers.innerText(), /^\? unknown$/);
  const said = await dangers.getAttribute('aria-label');
  assert.match(said, /^Open major dangers unknown, 6 not judged yet/);
  assert.doesNotMatch(said, /minus 0|at least 0|not reported/);
  await p.context().close();
});

test('a live change leaves the focus where it is', async () => {
  const p = await open(looks[1], 'event');
  const cell = p.locator('#panel-3 .cell').nth(4);
  await cell.focus();
  announce('callout', 'c1');
  announce('event', EVENT);
  announce('alert', ALERT);
  await p.waitForTimeout(800);
  assert.ok(await cell.evaluate((el) => el === document.activeElement));
  await p.context().close();
});

test('every board has a letter of its own', () => {
  const letters = boards.map((b) => b.letter);
  assert.ok(letters.length >= 5 && new Set(letters).size === letters.length, letters.join(' '));
});

test('signing twice sends one key', async () => {
  const p = await open(looks[0], 'event');
  const keys = [];
  await p.route('**/api/v1/event/*/propose', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length === 1) await route.abort();
    else await route.fulfill({ json: { response: 'response:1', ops: [] } });
  });
  // The board says what the node says: once put forward, the proposal waits there.
  await p.route('**/api/v1/event/*/level', async (route) => {
    const level = await (await route.fetch()).json();
    const put = { ...level.in_force, state: 'Proposed', proposed: level.proposal.level };
    await route.fulfill({ json: keys.length > 1 ? { ...level, in_force: put } : level });
  });
  await p.locator('.criterion').first().waitFor();
  await p.keyboard.press('a');
  await p.keyboard.press('Control+Enter');
  await p.getByRole('alert').first().waitFor();
  await p.keyboard.press('Control+Enter');
  await p.getByText('已报王建国').waitFor();
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  await p.context().close();
});

test('the event board and the bulletin print on A4', async () => {
  const p = await open(looks[0], 'event');
  await p.locator('.criterion').first().waitFor();
  const pdf = await p.pdf({ format: 'A4' });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  assert.ok(pages >= 1 && pages <= 3, `${pages} pages`);
  await p.context().close();
});

test('a long table draws only the rows in view; the component page is accessible', async () => {
  const p = await page(at.browser, looks[0], at.base);
  await p.goto(`${at.base}/components.html`);
  await p.getByRole('table', { name: 'table' }).waitFor();
  const drawn = await p.locator('table[aria-label=table] tbody tr').count();
  assert.ok(drawn < 100, `${drawn} rows drawn of 1,000`);
  await clean(p, 'components');
  await p.context().close();
});
