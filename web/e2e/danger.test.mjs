// A danger fixed with proof, in a real browser against the program: photos kept at the node from a
// phone's page, shown again on the danger board and in the record, passed and signed off by another.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';
import { picture } from './picture.mjs';

const bin = binary();
const before_png = { name: 'before.png', mimeType: 'image/png', buffer: picture(320, 240, [150, 60, 40]) };
const after_png = { name: 'after.png', mimeType: 'image/png', buffer: picture(320, 240, [60, 120, 70]) };

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('a danger fixed with proof', { concurrency: false }, () => {
    let node;
    let browser;
    let phone;
    let desk;
    let id;
    const open = async (look, account) => {
      const p = await signedIn(browser, look, node.base, account);
      return p;
    };
    const command = async (p, verb, args) => {
      const answer = await p.request.post(`${node.base}/api/v1/commands`, {
        data: { entity: 'danger', ...(id ? { id } : {}), verb, args },
        headers: { 'idempotency-key': `${verb}-test` },
      });
      assert.equal(answer.status(), 200, await answer.text());
      return answer.json();
    };
    /** Judged by the criteria: the one that its finding is about does not hold. */
    const judged = async (p) => {
      const answer = await p.request.post(`${node.base}/api/v1/danger/${id}/judge`, {
        data: { answers: { finding: 'power_line', line_crosses_against_standard: false } },
        headers: { 'idempotency-key': 'judge-test' },
      });
      assert.equal((await answer.json()).judgement?.grade, 'general', await answer.text());
    };
    before(async () => {
      node = await serve(bin, { port: 8461 });
      browser = await launch();
      phone = await open({ width: 390, height: 844, lang: 'en', mode: 'light' }, 'enterprise.1.safety');
      desk = await open({ width: 1366, height: 768, lang: 'en', mode: 'light' }, 'inspector.1');
      const place = (await (await phone.request.get(`${node.base}/api/v1/session`)).json()).place;
      const made = await command(phone, 'find', { title: 'Fire door blocked', place, sector: 'hazchem' });
      id = made.ref.split(':')[1];
      await command(desk, 'record', {});
      await judged(desk);
      const people = await (await desk.request.get(`${node.base}/api/v1/person?limit=1`)).json();
      await command(desk, 'order', {
        five_fixings: {
          measure: 'Clear it', funds: 0, deadline_at: '2026-12-01T00:00:00Z',
          person: people.items[0].ref, emergency_plan: 'A guard stands there',
        },
      });
      await command(phone, 'start', {});
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    test('the one who fixes it attaches photos from a phone; without them it is refused', async () => {
      await phone.goto(`${node.base}/#/mine`);
      const card = phone.locator('li.card', { hasText: 'Fire door blocked' });
      await card.getByRole('button', { name: 'Accept own work' }).click();
      await card.getByLabel('Done', { exact: true }).fill('Cleared and marked');
      await phone.keyboard.press('Control+Enter');
      await card.getByRole('alert').getByText(/photo/i).waitFor();
      await card.getByLabel('Before Take photo').setInputFiles(before_png);
      await card.getByRole('group', { name: 'Before' }).getByText('1 kept').waitFor();
      await card.getByLabel('After Choose files').setInputFiles([after_png, before_png]);
      const kept = card.getByRole('group', { name: 'After' });
      await kept.getByText('2 kept').waitFor();
      await kept.getByRole('button', { name: /^Remove After 2/ }).click();
      await kept.getByText('1 kept').waitFor();
      await phone.keyboard.press('Control+Enter');
      await phone.getByText(/^Signed and kept/).waitFor();
      const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} px wider than the phone`);
    });

    test('a file that cannot be kept says so and is tried again; what was written stays', async () => {
      const card = phone.locator('li.card', { hasText: 'Fire door blocked' });
      await card.getByRole('button', { name: 'Ask for review' }).click();
      await phone.keyboard.press('Control+Enter');
      await card.waitFor({ state: 'detached' });
      await phone.getByRole('button', { name: 'Danger', exact: true }).click();
      await phone.getByLabel(/^Danger · required/).fill('Loose rail');
      await phone.route('**/api/v1/blobs', (route) => route.abort());
      await phone.getByLabel('Photos Take photo').setInputFiles(after_png);
      await phone.getByText(/could not be kept/).waitFor();
      await phone.unroute('**/api/v1/blobs');
      await phone.getByRole('button', { name: 'Try again' }).click();
      await phone.getByText('1 kept').waitFor();
      assert.equal(await phone.getByLabel(/^Danger · required/).inputValue(), 'Loose rail');
      await phone.keyboard.press('Control+Enter');
      await phone.getByText(/^Signed and kept/).waitFor();
    });

    test('the photos stand on the danger board and in the record, with the very bytes', async () => {
      await desk.goto(`${node.base}/#/danger/${id}`);
      const sheet = desk.getByRole('complementary');
      const view = sheet.getByRole('button', { name: 'After 1/1' });
      await view.waitFor();
      await view.press('Enter');
      const large = sheet.getByRole('img', { name: 'After 1/1' });
      await large.waitFor();
      await desk.waitForFunction(() => document.querySelector('figure img')?.naturalWidth === 320);
      const bytes = await large.evaluate(async (i) => [
        ...new Uint8Array(await (await fetch(i.src)).arrayBuffer()),
      ]);
      assert.ok(Buffer.from(bytes).equals(after_png.buffer));
      const ops = await (await desk.request.get(`${node.base}/api/v1/danger/${id}/why`)).json();
      const fixed = ops.ops.find((o) => o.verb === 'self_accept');
      await desk.goto(`${node.base}/#/record/${fixed.id}`);
      const entry = desk.getByRole('complementary');
      await entry.getByRole('button', { name: 'Before 1/1' }).waitFor();
    });

    test('another passes it and signs it off by keyboard', async () => {
      await desk.goto(`${node.base}/#/danger/${id}`);
      const sheet = desk.getByRole('complementary');
      await sheet.getByRole('button', { name: 'Pass', exact: true }).press('Enter');
      await sheet.getByLabel(/^Opinion/).first().fill('Seen on site');
      await desk.keyboard.press('Control+Enter');
      await sheet.getByRole('button', { name: 'Sign off' }).press('Enter');
      await desk.keyboard.press('Control+Enter');
      await sheet.getByText(/Signed off/).first().waitFor();
    });

    test('nothing was asked of another host and nothing failed in the pages', () => {
      for (const p of [phone, desk]) {
        assert.deepEqual(p.outside, []);
        assert.deepEqual(p.faults.filter((f) => !/ERR_FAILED|422|Unprocessable/.test(f)), []);
      }
    });
  });
}
