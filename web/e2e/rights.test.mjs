// What a post may not do is not offered to it; what a form needs is marked before it is refused, and
// what the node refuses is said at the field; the strip's next step follows what was done.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('rights and forms', { concurrency: false }, () => {
    let node;
    let browser;
    const open = async (account, board) => {
      const p = await signedIn(browser, { width: 1366, height: 768, lang: 'en', mode: 'light' }, node.base, account, board);
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

    test('a village officer is offered neither plan nor level nor area nor event, and reads why', async () => {
      const p = await open('village.1.2.officer', 'event');
      await p.locator('#panel-2 .criterion').first().waitFor();
      await p.locator('#panel-6').getByText('Make a plan: ', { exact: false }).waitFor();
      for (const name of [/^Make a plan/, /^Draw area/, /^Ask (?!for)/, /^Approve/, /^Other/]) {
        assert.equal(await p.getByRole('button', { name }).count(), 0, String(name));
      }
      await p.locator('#main').focus();
      for (const key of ['a', 'c', 'n', 'd']) await p.keyboard.press(key);
      await p.keyboard.press('6');
      await p.keyboard.press('a');
      assert.equal(await p.getByRole('group', { name: 'Sign' }).count(), 0, 'no strip opens by a key either');
      assert.deepEqual(p.faults, [], 'nothing was asked of the node that it refuses');
      await p.goto(`${node.base}/#/alert`);
      await p.locator('[data-alert]').first().waitFor();
      assert.equal(await p.getByRole('button', { name: /^Open an event/ }).count(), 0);
      await p.context().close();
    });

    test('the county officer is offered them', async () => {
      const p = await open('county.duty', 'event');
      await p.locator('#panel-6').getByRole('button', { name: /^Make a plan/ }).waitFor();
      await p.getByRole('button', { name: /^Draw area/ }).waitFor();
      await p.context().close();
    });

    test('the strip tells each post its own part in a level that nobody put yet', async () => {
      for (const [account, words] of [
        ['county.duty', /Put the proposal before who may decide/],
        ['county.commander', /Wait for the duty office to put its proposal, then approve/],
        ['village.1.2.officer', /Wait until the duty office puts the proposal/],
      ]) {
        const p = await open(account, 'event');
        await p.getByRole('region', { name: 'Next' }).getByText(words).waitFor();
        await p.context().close();
      }
    });

    test('the five fixings are marked as required before anything is refused', async () => {
      const p = await open('inspector.1', 'danger');
      const send = (verb, args, id) => p.request.post(`${node.base}/api/v1/commands`, {
        data: { entity: 'danger', ...(id ? { id } : {}), verb, args }, headers: { 'idempotency-key': verb },
      });
      const made = await (await send('find', { title: 'Fire door blocked', place: '990102100201', sector: 'hazchem' })).json();
      const id = made.ref.split(':')[1];
      await send('record', {}, id);
      await p.request.post(`${node.base}/api/v1/danger/${id}/judge`, {
        data: { answers: { finding: 'power_line', line_crosses_against_standard: false } },
        headers: { 'idempotency-key': 'judge' },
      });
      await p.goto(`${node.base}/#/danger/${id}`);
      const sheet = p.getByRole('complementary');
      await sheet.getByRole('button', { name: 'Order', exact: true }).click();
      await sheet.locator('.form label').filter({ hasText: 'required' }).first().waitFor();
      const marked = await sheet.locator('.form label').filter({ hasText: 'required' }).allInnerTexts();
      assert.ok(marked.length >= 5, marked.join(' | '));
      await p.keyboard.press('Control+Enter');
      await sheet.getByRole('alert').first().waitFor();
      assert.deepEqual(p.faults, [], 'nothing was sent that lacks what it needs');
      await p.context().close();
    });

    test('a refusal that names a field is said at that field', async () => {
      const p = await open('county.duty', 'danger');
      await p.route('**/api/v1/commands', (route) => route.fulfill({
        status: 422, contentType: 'application/problem+json',
        body: JSON.stringify({
          code: 'too-long', title: { zh: '过长', en: 'Title is too long for this test' }, details: { field: 'title' },
        }),
      }));
      await p.keyboard.press('n');
      const field = p.getByLabel(/required/).first();
      await field.waitFor();
      const id = await field.getAttribute('id');
      await p.locator('[id$="-title"]').fill('x');
      await p.keyboard.press('Control+Enter');
      const said = p.locator('.form .field').filter({ has: p.locator('[id$="-title"]') });
      await said.getByText('Title is too long for this test').waitFor();
      assert.match(await p.evaluate(() => document.activeElement?.id ?? ''), /-title$/, id);
      await p.context().close();
    });

    test('what to press next follows the approval', async () => {
      const duty = await open('county.duty', 'event');
      const next = () => duty.getByRole('region', { name: 'Next' });
      await next().getByText('Put the proposal before who may decide').waitFor();
      await duty.locator('#panel-2 .criterion').first().waitFor();
      await duty.keyboard.press('a');
      await duty.keyboard.press('Control+Enter');
      await next().getByText('Put the proposal before who may decide').waitFor({ state: 'detached' });
      const said = await next().locator('b').innerText();
      const commander = await open('county.commander', 'event');
      await commander.locator('#panel-2 .criterion').first().waitFor();
      await commander.getByRole('region', { name: 'Next' }).getByText('Approve the response level').waitFor();
      await commander.keyboard.press('a');
      await commander.keyboard.press('Control+Enter');
      await duty.waitForFunction(
        (was) => document.querySelector('[aria-label=Next] b')?.textContent !== was, said);
      await duty.context().close();
      await commander.context().close();
    });
  });
}
