// What the commander decided by telephone, entered by the duty officer who heard it, in a real
// browser by keys alone; and a commander's own form, which never asks for it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { choose, launch, page } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();
const look = { width: 1366, height: 768, lang: 'en', mode: 'light' };

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('an approval by telephone', { concurrency: false }, () => {
    let node;
    let browser;
    let p;
    before(async () => {
      node = await serve(bin, { size: 'village' });
      browser = await launch();
      p = await page(browser, look, node.base);
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    test('the duty officer says who decided and when; it counts as heard by the officer', async () => {
      await p.goto(node.base);
      await p.getByRole('button', { name: /county\.duty/ }).press('Enter');
      const panel = p.locator('#panel-2');
      await panel.locator('.criterion').first().waitFor();
      const inSight = (what) => what.evaluate((el) => {
        const body = el.closest('.body').getBoundingClientRect();
        const at = el.getBoundingClientRect();
        return at.top >= body.top - 1 && at.bottom <= body.bottom + 1;
      });
      const uncovered = (what) => what.evaluate((el) => {
        const at = el.getBoundingClientRect();
        return [at.top + 2, at.bottom - 2].every(
          (y) => document.elementFromPoint(at.left + at.width / 2, y) === el);
      });
      await p.keyboard.press('a');
      await panel.getByLabel(/by telephone/).press('Space');
      await panel.getByText(/^First put the proposal/).waitFor();
      assert.equal(await panel.getByRole('button', { name: /Record the telephone/ }).count(), 0);
      await p.keyboard.press('Control+Enter');
      await panel.getByRole('button', { name: /^Asked/ }).waitFor();
      await p.keyboard.press('a');
      assert.equal(await panel.getByLabel(/by telephone/).isChecked(), false, 'an approval is never put there beforehand');
      await p.keyboard.press('Control+Enter');
      await panel.getByText(/^The proposal stands before/).waitFor();
      assert.equal(await panel.getByText(/^Once signed, the proposal stands/).count(), 0, 'only what is true is said');
      await panel.getByLabel(/by telephone/).press('Space');
      assert.ok(await inSight(panel.getByRole('button', { name: /Record the telephone/ })), 'the press is in sight');
      assert.equal(await panel.getByLabel('Who approved').inputValue(), '');
      assert.equal(await panel.getByLabel(/^When/).inputValue(), '');
      await p.keyboard.press('Control+Enter');
      assert.equal(await panel.getByText(/by telephone, heard by/).count(), 0, 'nobody named, nothing signed');
      const first = await panel.getByLabel('Who approved').locator('option').nth(1).getAttribute('value');
      assert.match(first, /^county\./);
      await panel.getByLabel('Who approved').selectOption(first);
      await panel.getByRole('button', { name: 'Just now' }).press('Enter');
      const offered = await panel.getByLabel(/^When/).inputValue();
      assert.match(offered, /^2026-07-23 \d\d:\d\d$/);
      await panel.getByLabel(/^When/).fill('yesterday');
      await p.keyboard.press('Control+Enter');
      await panel.getByRole('alert').waitFor();
      assert.ok(await inSight(panel.getByRole('alert')), 'the refusal is in sight');
      await panel.getByRole('alert').getByText(/does not read.*2026-07-23 10:25/).waitFor();
      for (const field of ['Who approved', /^When/]) {
        await panel.getByLabel(field).focus();
        assert.ok(await uncovered(panel.getByLabel(field)), `${field} stands above the foot`);
      }
      await panel.getByLabel(/^When/).fill('2026-07-23 10:25');
      assert.equal(await panel.getByRole('alert').count(), 0, 'a changed field is not refused yet');
      await p.keyboard.press('Control+Enter');
      await panel.getByRole('alert').getByText(/proposal/).waitFor();
      await panel.getByLabel(/^When/).fill(offered);
      await p.keyboard.press('Control+Enter');
      await panel.getByText(/by telephone, heard by/).first().waitFor();
      // The refused time is the one thing that the page may report.
      assert.deepEqual([p.outside, p.faults.filter((f) => !/status of 422/.test(f))], [[], []]);
      p.faults.length = 0;
    });

    test('the record and the call log say so too', async () => {
      await p.goto(`${node.base}/#/record`);
      await p.getByText(/heard by/i).first().waitFor();
      await p.goto(`${node.base}/#/log`);
      await p.locator('[data-board=log]').getByText(/批准启动/).first().waitFor();
    });

    test('who decides presses, and is not asked for a telephone', async () => {
      await p.goto(`${node.base}/#/event`);
      await choose(p.getByLabel('Change post'), 'county.commander');
      await p.locator('[aria-label="Change post"][data-code="county.commander"]').waitFor();
      const panel = p.locator('#panel-2');
      await panel.getByRole('button', { name: /^Other/ }).press('Enter');
      await panel.getByRole('radio').first().waitFor();
      assert.equal(await panel.getByRole('checkbox').count(), 0);
      assert.equal(await panel.getByLabel('Who approved').count(), 0);
    });
  });
}
