// The console on a telephone of 390 px: what is pinned above the first thing to do is low, a form shows
// its fields, a refusal stands where the press was, and a button that cannot be pressed is still read.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clean } from './axe.mjs';
import { page } from './browser.mjs';
import { mocked } from './mocked.mjs';

const at = mocked();
/** What may be pinned above the board, in px. */
const HEAD = 120;
const words = {
  zh: { menu: '菜单', close: /English/, decline: '不接', post: '换岗位', search: /^搜索/, note: '说明' },
  en: { menu: 'Menu', close: /中文/, decline: 'Decline', post: 'Change post', search: /^Search/, note: 'Note' },
};

async function open(lang, mode) {
  const p = await page(at.browser, { width: 390, height: 844, lang, mode }, at.base);
  await p.request.post(`${at.base}/api/v1/session`, { data: { account: 'county.duty' } });
  await p.goto(`${at.base}/#/mine`);
  await p.locator('[data-board=mine] .card .btn').first().waitFor();
  return p;
}

/** Contrast of a button's words on its ground, as it is drawn. */
const contrast = (el) => {
  const light = (css) => {
    const [r, g, b] = css.match(/[\d.]+/g).map((n) => Number(n) / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const look = getComputedStyle(el);
  const [hi, lo] = [light(look.color), light(look.backgroundColor)].sort((x, y) => y - x);
  return (hi + 0.05) / (lo + 0.05);
};

for (const [lang, mode] of [['zh', 'light'], ['en', 'dark'], ['zh', 'dark'], ['en', 'light']]) {
  const w = words[lang];
  describe(`phone ${lang} ${mode}`, { concurrency: false }, () => {
    test('the head is low, and what is seldom needed stands behind one press', async () => {
      const p = await open(lang, mode);
      const top = await p.locator('#main').evaluate((el) => el.getBoundingClientRect().top);
      assert.ok(top <= HEAD, `${top} px are pinned above the board`);
      const first = await p.locator('[data-board=mine] .card .btn').first().boundingBox();
      assert.ok(first.y + first.height <= 844, `the first thing to press ends at ${first.y + first.height}`);
      assert.equal(await p.getByLabel(w.post).count(), 0);
      await p.getByRole('button', { name: w.menu }).click();
      for (const name of [w.search, w.close]) await p.getByRole('button', { name }).first().waitFor();
      await p.getByLabel(w.post).waitFor();
      await clean(p, 'menu');
      await p.keyboard.press('Escape');
      await p.getByLabel(w.post).waitFor({ state: 'detached' });
      const wide = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} px wider than the phone`);
      assert.deepEqual(p.faults, []);
      await p.context().close();
    });

    test('a form shows its fields; what is missing is said beside the press, its field is in sight', async () => {
      const p = await open(lang, mode);
      await p.locator('[data-board=mine] .card').getByRole('button', { name: w.decline, exact: true }).first().click();
      const strip = p.locator('.strip[role=group]');
      const pinned = await strip.locator('.pinned').boundingBox();
      assert.ok(pinned.height <= 72, `${pinned.height} px are pinned below the fields`);
      const top = await strip.evaluate((el) => el.getBoundingClientRect().top);
      assert.ok(top >= 0 && top <= HEAD + 40, `the form begins at ${top} px`);
      await strip.locator('.btn.fill').click();
      const said = strip.locator('.pinned [role=alert]');
      await said.waitFor();
      const box = await said.boundingBox();
      assert.ok(box.y >= 0 && box.y + box.height <= 844, JSON.stringify(box));
      assert.match(await said.innerText(), new RegExp(w.note));
      const field = await p.evaluate(() => {
        const { top, bottom } = document.activeElement.getBoundingClientRect();
        return { top, bottom, name: document.activeElement.tagName,
          pinned: document.querySelector('.strip .pinned').getBoundingClientRect().top };
      });
      assert.match(field.name, /INPUT|TEXTAREA/);
      assert.ok(field.top >= 0 && field.bottom <= field.pinned + 1, JSON.stringify(field));
      await p.context().close();
    });

    test('a button that waits is read', async () => {
      const p = await open(lang, mode);
      let answer;
      await p.route('**/api/v1/commands', async (route) => {
        await new Promise((go) => (answer = go));
        await route.fulfill({ json: { ref: 'task:n000000000000001', ops: [], replayed: false } });
      });
      await p.locator('[data-board=mine] .card').getByRole('button', { name: w.decline, exact: true }).first().click();
      await p.locator('.strip').locator('input, textarea').first().fill('x');
      await p.locator('.strip .btn.fill').click();
      const waits = p.locator('.strip .btn.fill[aria-disabled=true]');
      await waits.waitFor();
      const ratio = await waits.evaluate(contrast);
      assert.ok(ratio >= 4.5, `contrast ${ratio.toFixed(2)}`);
      answer();
      await waits.waitFor({ state: 'detached' });
      await p.context().close();
    });
  });
}
