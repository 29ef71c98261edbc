// A road is reported from a phone that knows where it stands: nobody there knows its latitude.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, page } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('a position from the phone', { concurrency: false }, () => {
    let node;
    let browser;
    let p;
    before(async () => {
      node = await serve(bin, { port: 8466 });
      browser = await launch();
      p = await page(browser, { width: 390, height: 844, lang: 'en', mode: 'light' }, node.base);
      await p.request.post(`${node.base}/api/v1/session`, {
        data: { account: 'township.1.duty' }, headers: { 'idempotency-key': 'in' },
      });
      await p.goto(`${node.base}/#/mine`);
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    test('a phone that gives no position says so; one that does fills it in', async () => {
      const board = p.locator('[data-board=mine]');
      await board.getByRole('button', { name: 'Road' }).first().click();
      const here = board.getByRole('button', { name: /Use here$/ });
      await here.click();
      await board.getByText('This device gave no position', { exact: false }).waitFor();
      await p.context().grantPermissions(['geolocation']);
      await p.context().setGeolocation({ latitude: 28.8907, longitude: 109.49225 });
      await here.click();
      await p.waitForFunction(() =>
        [...document.querySelectorAll('input')].some((i) => i.value === '28.89070, 109.49225'));
      assert.equal(await board.getByText('This device gave no position').count(), 0);
    });
  });
}
