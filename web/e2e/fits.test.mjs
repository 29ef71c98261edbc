// What is to be read stands whole in its panel, in both languages, on the sizes that desks have and at
// 200 % zoom; on paper stands the paper and not the console.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { clean } from './axe.mjs';
import { boards } from './boards.mjs';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();
const SIZES = [[1366, 768], [1440, 900], [683, 384]];

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('whole', { concurrency: false }, () => {
    let node;
    let browser;
    let report;
    const open = async (lang, width, height, board) => {
      const p = await signedIn(browser, { width, height, lang, mode: 'light' }, node.base, 'county.duty', board);
      return p;
    };
    before(async () => {
      node = await serve(bin, { port: 0 });
      browser = await launch();
      const p = await open('zh', 1366, 768, 'event');
      const read = async (path) => (await p.request.get(`${node.base}/api/v1${path}`)).json();
      const event = (await read('/event?limit=1')).items[0];
      const signed = await p.request.post(`${node.base}/api/v1/event/${event.id}/report/sign`, {
        data: { what: '台风暴雨', figures: { dead: 0, missing: 0 } }, headers: { 'idempotency-key': 'report' },
      });
      report = (await signed.json()).ref.split(':')[1];
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    /** Words of buttons, titles and criteria that their box cuts. */
    const cut = (p) => p.evaluate(() =>
      [...document.querySelectorAll('.btn, h1, h2 .title, .criterion .text, .hero, dt, nav a, .cell b, .cell .state, #panel-5 .open span')]
        .filter((el) => el.checkVisibility() && el.clientWidth > 0)
        .filter((el) => el.scrollWidth > el.clientWidth + 1 && !/visible/.test(getComputedStyle(el).overflowX))
        .map((el) => el.innerText.slice(0, 60)));

    /** What the head of a panel says beyond its edge. */
    const beyond = (p) => p.evaluate(() =>
      [...document.querySelectorAll('.panel > h2 > *')]
        .filter((el) => el.checkVisibility())
        .filter((el) => el.getBoundingClientRect().right > el.closest('.panel').getBoundingClientRect().right)
        .map((el) => el.innerText));

    for (const lang of ['zh', 'en']) {
      for (const [width, height] of SIZES) {
        test(`${lang} ${width}×${height}: no word is cut, nothing is wider than the window`, async () => {
          for (const { name } of boards) {
            const p = await open(lang, width, height, name);
            await p.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
            const wide = await p.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            assert.ok(wide <= 0, `${name}: ${wide} px wider than the window`);
            assert.deepEqual(await cut(p), [], name);
            assert.deepEqual(await beyond(p), [], name);
            await p.context().close();
          }
        });
        if (width < 1000) continue;
        test(`${lang} ${width}×${height}: every criterion that counts is seen whole without scrolling`, async () => {
          const p = await open(lang, width, height, 'event');
          await p.locator('#panel-2 .criterion').first().waitFor();
          const seen = await p.evaluate(() => {
            const body = document.querySelector('#panel-2 .body').getBoundingClientRect();
            return [...document.querySelectorAll('#panel-2 [role=table]')[0].querySelectorAll('.criterion')]
              .map((row) => [row.innerText.replaceAll(/\s+/g, ' '), row.getBoundingClientRect().bottom - body.bottom]);
          });
          assert.ok(seen.length >= 4, `${seen.length} criteria`);
          for (const [words, below] of seen) assert.ok(below <= 1, `${words}: ${below} px below the panel`);
          await p.context().close();
        });
      }

      test(`${lang}: the level sheet and the report print without the console's head, with the exercise's mark`, async () => {
        for (const board of ['event', `report/${report}`]) {
          const p = await open(lang, 1366, 768, board);
          await p.locator(board === 'event' ? '.criterion' : 'article').first().waitFor();
          await clean(p, board);
          await p.emulateMedia({ media: 'print' });
          assert.equal(await p.locator('header.head').isVisible(), false, board);
          assert.equal(await p.getByRole('navigation').isVisible(), false, board);
          await p.getByText(lang === 'zh' ? '演练' : 'EXERCISE').first().waitFor();
          const pages = (await p.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g).length;
          assert.ok(pages <= 3, `${board}: ${pages} pages`);
          if (board === 'event') {
            await p.getByText(/打印于|printed/).first().waitFor();
          } else {
            assert.equal(pages, 1);
            await p.getByText(lang === 'zh' ? '第 1 号' : 'No. 1').first().waitFor();
            assert.equal(await p.getByText(report).count(), 0, 'an id is no number');
          }
          await p.context().close();
        }
      });
    }
  });
}
