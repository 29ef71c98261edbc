// An exercise that is started again in one window: another window says so, and goes to what is there
// by one press, under the same post.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('the exercise from its start', { concurrency: false }, () => {
    let node;
    let browser;
    const window_of = async (account, lang) => {
      const p = await signedIn(browser, { width: 1366, height: 768, lang, mode: 'light' }, node.base, account, 'danger');
      return p;
    };
    before(async () => {
      node = await serve(bin, { port: 0 });
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    test('a second window says that its page is of before, and enters the new one by one press', async () => {
      const first = await window_of('county.duty', 'zh');
      const second = await window_of('inspector.1', 'en');
      const made = await second.request.post(`${node.base}/api/v1/commands`, {
        data: { entity: 'danger', verb: 'find', args: { title: 'Only in the old world', place: '990102100201' } },
        headers: { 'idempotency-key': 'old' },
      });
      assert.equal(made.status(), 200, await made.text());
      await second.getByText('Only in the old world').first().waitFor();
      await first.getByRole('button', { name: '重新开始演练' }).click();
      await first.getByRole('button', { name: '再按一次确认重新开始' }).click();
      const said = second.getByRole('alert').filter({ hasText: 'This page shows what was before' });
      await said.waitFor({ timeout: 60_000 });
      assert.ok(await second.getByText('Only in the old world').count(), 'nothing is taken away before');
      await said.getByRole('button', { name: 'Go to what is there now' }).click();
      await second.locator('[data-board=event]').waitFor();
      await second.getByLabel('Change post').and(second.locator('[data-code="inspector.1"]')).waitFor();
      await second.goto(`${node.base}/#/danger`);
      await second.locator('[data-board=danger] tbody tr').first().waitFor();
      assert.equal(await second.getByText('Only in the old world').count(), 0);
      assert.equal(await second.getByRole('alert').filter({ hasText: 'what was before' }).count(), 0);
    });
  });
}
