// The record against the program itself: what one press wrote is one row that opens to its entries, each
// says what it is about, and what is filtered, walked and saved is every entry.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { clean } from './axe.mjs';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();
const WORDS = {
  zh: { issue: /任务 签发/, queue: /叫应 列入叫应/, many: /^共 (\d+) 条$/, filter: '筛选 对象', save: '导出 CSV' },
  en: { issue: /Task Issue/, queue: /Put on the list/, many: /^(\d+) entries$/, filter: 'Filter About', save: 'Export CSV' },
};

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('record', { concurrency: false }, () => {
    let node;
    let browser;
    before(async () => {
      node = await serve(bin, { port: 0 });
      browser = await launch();
      const look = { width: 1366, height: 768, lang: 'zh', mode: 'light' };
      const duty = await signedIn(browser, look, node.base, 'county.duty');
      const event = (await (await duty.request.get(`${node.base}/api/v1/event?limit=1`)).json()).items[0].id;
      const post = (p, path, data) =>
        p.request.post(`${node.base}/api/v1/event/${event}/${path}`, { data, headers: { 'idempotency-key': path } });
      await post(duty, 'propose', {});
      const commander = await signedIn(browser, look, node.base, 'county.commander');
      assert.equal((await post(commander, 'approve', { level: 2 })).status(), 200);
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    for (const [lang, w] of Object.entries(WORDS)) {
      test(`${lang}: a step is one row that opens; its entries say what they are about`, async () => {
        const p = await signedIn(browser, { width: 1440, height: 900, lang, mode: 'light' }, node.base, 'county.duty', 'record');
        const head = p.locator('tr.group', { hasText: w.issue });
        await head.waitFor();
        assert.match(await head.innerText(), w.queue);
        assert.equal(await head.count(), 1, 'tasks and calls of one approval are one step');
        const press = head.getByRole('button', { name: w.many });
        const many = Number(w.many.exec(await press.innerText())[1]);
        assert.ok(many > 90, `${many} entries`);
        const folded = await p.locator('tbody tr[tabindex="0"]').count();
        await head.press('Enter');
        assert.equal(await press.getAttribute('aria-expanded'), 'true');
        await p.waitForFunction(() => ![...document.querySelectorAll('tbody td')].some((c) => c.innerText === '…'));
        const about = await head.evaluate((tr, n) => {
          const cells = [];
          for (let r = tr.nextElementSibling; cells.length < n; r = r.nextElementSibling) cells.push(r.cells[3].innerText);
          return cells;
        }, many);
        assert.ok(about.every((a) => a.length > 2), about.join(' | '));
        assert.ok(new Set(about).size > many * 0.9, about.join(' | '));
        await clean(p, 'record');
        // Rows are walked as ever, and the step folds again.
        await p.keyboard.press('ArrowDown');
        await p.keyboard.press('Enter');
        await p.getByRole('complementary').locator('dd').first().waitFor();
        await p.keyboard.press('Escape');
        await press.click();
        assert.equal(await p.locator('tbody tr[tabindex="0"]').count(), folded);
        const all = Number(/\d+/.exec(await p.locator('.tools span').first().innerText())[0]);
        const save = async () => {
          const [file] = await Promise.all([p.waitForEvent('download'), p.getByRole('button', { name: w.save }).click()]);
          return (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
        };
        // Heads and the note of where it was saved stand around the entries.
        assert.equal((await save()).length, all + 2);
        await p.getByRole('textbox', { name: w.filter }).fill('000-');
        await p.waitForFunction(() => !document.querySelector('tr.group'));
        const called = await save();
        assert.ok(called.length > 30 && called.slice(1, -1).every((l) => l.includes('000-')), called[1]);
        assert.deepEqual(p.faults, []);
        await p.context().close();
      });
    }
  });
}
