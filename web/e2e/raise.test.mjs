// A graver level while one is in force, in two windows by keys alone: put forward by the duty
// officer, decided by the commander, and everyone called anew.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();
const look = { width: 1366, height: 768, lang: 'en', mode: 'light' };

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('a graver level', { concurrency: false }, () => {
    let node;
    let browser;
    before(async () => {
      node = await serve(bin, { size: 'village' });
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    async function at(account) {
      const p = await signedIn(browser, look, node.base, account);
      await p.goto(`${node.base}/#/event`);
      await p.locator('#panel-2 .criterion').first().waitFor();
      return [p, p.locator('#panel-2')];
    }

    test('is put forward and decided like the first, and the board asks for nothing that it hides', async () => {
      const [duty, put] = await at('county.duty');
      const [head, decide] = await at('county.commander');
      // The strip says when the proposal has come to the commander's board.
      const has = (p) => p.locator('.next').getByText(/^Decide|^Approve/).waitFor();
      const sign = async (p, panel, shown) => {
        await panel.getByRole('button', { name: shown }).waitFor();
        await p.keyboard.press('a');
        await p.keyboard.press('Control+Enter');
      };
      await sign(duty, put, /^Ask (?!for)/);
      await put.getByRole('button', { name: /^Asked / }).waitFor();
      await has(head);
      await sign(head, decide, /^Approve Level 2/);
      await decide.getByText(/^Level 2 approved by/).waitFor();

      const read = async (path) => (await duty.request.get(`${node.base}/api/v1${path}`)).json();
      const [event] = (await read('/event?limit=1')).items;
      const { place } = await read('/session');
      const counted = await duty.request.post(`${node.base}/api/v1/commands`, {
        headers: { 'idempotency-key': 'three' },
        data: { entity: 'casualty', verb: 'count', args: { event: event.ref, place, dead: 3, missing: 0 } },
      });
      assert.equal(counted.status(), 200);

      // Nobody put it forward yet: the commander who goes ahead alone is asked for the reason.
      await decide.getByRole('button', { name: /^Approve Level 1/ }).waitFor();
      await head.keyboard.press('a');
      await decide.getByRole('textbox').waitFor();
      await head.keyboard.press('Escape');

      await sign(duty, put, /^Ask (?!for)/);
      await put.getByRole('button', { name: /^Asked / }).waitFor();
      await has(head);
      await sign(head, decide, /^Approve Level 1/);
      await decide.getByText(/^Level 1 approved by/).waitFor();
      await head.locator('#panel-3').getByText(/^0\/\d+ acknowledged/).waitFor();
    });
  });
}
