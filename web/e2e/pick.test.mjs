// A field of many choices: typed into by words, initials or codes, by keys alone, on a phone too; a
// short one stays a plain list. On the page of components, and at signing in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { page } from './browser.mjs';
import { mocked } from './mocked.mjs';

const at = mocked();
const desk = { width: 1366, height: 768, lang: 'zh', mode: 'light' };

/** The field of 1,600 choices, and what is chosen in it. */
async function field(look) {
  const p = await page(at.browser, look, at.base);
  await p.goto(`${at.base}/components.html`);
  const many = p.getByRole('combobox', { name: 'many' });
  await many.waitFor();
  return { p, many, picked: () => p.locator('[data-picked]').innerText() };
}

test('initials, words and codes find, arrows walk, Enter takes', async () => {
  const { p, many, picked } = await field(desk);
  for (const [typed, code] of [['ltc 1595', '990101105595'], ['西林村 21', '990101104021'], ['４０４２', '990101104042']]) {
    await many.fill(typed);
    await p.locator('.pick-row').first().waitFor();
    await many.press('Enter');
    assert.equal(await picked(), code, typed);
    assert.equal(await p.locator('.pick-row').count(), 0, 'the list closes');
  }
  await many.press('ArrowDown');
  await p.locator('.pick-row[aria-selected=true]').waitFor();
  await many.fill('shang');
  await p.getByText('没有找到').waitFor();
  await many.fill('spc');
  const second = await p.locator('.pick-row').nth(1).innerText();
  await many.press('ArrowDown');
  await many.press('Enter');
  assert.equal(await many.inputValue(), second.split('\n')[0].trim());
  await p.context().close();
});

test('no more rows are drawn than are read, and the rest is told', async () => {
  const { p, many } = await field(desk);
  await many.click();
  await p.getByText('还有 1,550 项').waitFor();
  assert.equal(await p.locator('.pick-row').count(), 50);
  await p.context().close();
});

test('Esc and leaving keep what was chosen, emptying takes it away, a press chooses', async () => {
  const { p, many, picked } = await field(desk);
  await many.fill('龙潭村 5');
  await p.locator('.pick-row').first().click();
  const chosen = await picked();
  assert.match(chosen, /^9901011040\d\d$/);
  await many.fill('西林');
  await many.press('Escape');
  assert.equal(await picked(), chosen);
  assert.match(await many.inputValue(), /^龙潭村/);
  await many.fill('西林');
  await many.press('Tab');
  assert.equal(await picked(), chosen);
  assert.match(await many.inputValue(), /^龙潭村/);
  await many.fill('');
  await many.press('Tab');
  assert.equal(await picked(), '');
  await p.context().close();
});

test('a short field stays a plain list', async () => {
  const { p } = await field(desk);
  await p.locator('select[aria-label=few]').selectOption('990101104001');
  await p.context().close();
});

test('on a phone the list stays inside the window and its rows are large enough to press', async () => {
  const { p, many } = await field({ ...desk, width: 390, height: 844 });
  await many.scrollIntoViewIfNeeded();
  await many.fill('smc');
  const row = p.locator('.pick-row').first();
  await row.waitFor();
  const box = await row.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 390 && box.height >= 44, JSON.stringify(box));
  await row.click();
  assert.match(await many.inputValue(), /^石门村/);
  await p.context().close();
});

test('with 1,600 accounts one signs in by typing the post', async () => {
  const p = await page(at.browser, desk, at.base);
  await p.route('**/api/v1/session', async (route) => {
    const answer = await route.fetch();
    const session = await answer.json();
    const more = Array.from({ length: 1600 }, (_, i) => ({
      account: `village.${i}.head`, post: { zh: '村主任', en: 'Village head' },
      person: { zh: `人${i}`, en: `P${i}` }, place_name: { zh: '龙潭村', en: 'Longtan' },
    }));
    session.accounts = [...(session.accounts ?? []), ...more];
    await route.fulfill({ response: answer, json: session });
  });
  await p.goto(at.base);
  const find = p.locator('#find-post');
  await find.waitFor();
  assert.ok((await p.locator('section.frame li').count()) <= 12);
  await find.fill('village.1234');
  const sent = p.waitForRequest((r) => r.method() === 'POST' && r.url().endsWith('/session'));
  await p.locator('.pick-row').first().waitFor();
  await find.press('Enter');
  assert.deepEqual((await sent).postDataJSON(), { account: 'village.1234.head' });
  await p.locator('[data-board]').first().waitFor();
  await p.context().close();
});
