// The duty room's call log in a real browser against the program: a call is logged by keys, its
// caller named apart, matched to the open event and answered; a phone shows the same.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();
const desk_look = { width: 1366, height: 768, lang: 'en', mode: 'dark' };
const phone_look = { width: 390, height: 844, lang: 'zh', mode: 'light' };
const field = (p, name) => p.getByRole('textbox', { name });
const SAID = 'Rocks on the road above the school';

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('the call log of a duty room', { concurrency: false }, () => {
    let node;
    let browser;
    let desk;
    let phone;
    const open = async (look, account) => {
      const p = await signedIn(browser, look, node.base, account);
      return p;
    };
    const logs = async () =>
      (await (await desk.request.get(`${node.base}/api/v1/phone_log?limit=50`)).json()).items;
    const log = async (args) => {
      const answer = await desk.request.post(`${node.base}/api/v1/commands`, {
        data: { entity: 'phone_log', verb: 'log', args },
        headers: { 'idempotency-key': `log-${args.observed_at}` },
      });
      assert.equal(answer.status(), 200, await answer.text());
    };
    const rows = () => desk.locator('[data-board=log] tbody tr[tabindex="0"]');
    const sheet = () => desk.getByRole('complementary');
    before(async () => {
      node = await serve(bin, { port: 8462 });
      browser = await launch();
      desk = await open(desk_look, 'county.duty');
      phone = await open(phone_look, 'county.duty');
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    test('no calls yet says so, in the words of the entity', async () => {
      await desk.goto(`${node.base}/#/log`);
      await desk.getByRole('region', { name: 'Call log' }).getByText(/nothing|no entr|none/i).first().waitFor();
      await desk.getByRole('link', { name: 'Call log' }).waitFor();
    });

    test('a call is logged by keys alone, and the caller is named in an op of its own', async () => {
      await desk.keyboard.press('n');
      await field(desk, /^What was said/).fill(SAID);
      await field(desk, /^Caller's unit, post/).fill('Village head');
      await desk.keyboard.press('Control+Enter');
      await field(desk, /^Caller's name/).fill('Lai Ming');
      await field(desk, /^Caller's number/).fill('13900000007');
      await desk.keyboard.press('Control+Enter');
      await rows().first().getByText('○ Logged').waitFor();
      const [made] = await logs();
      assert.equal(made.fields.what.value, SAID);
      assert.equal(made.fields.event, undefined);
      const why = await (await desk.request.get(`${node.base}/api/v1/phone_log/${made.id}/why`)).json();
      const bodies = await Promise.all(why.ops.map(async (o) =>
        [o.verb, await (await desk.request.get(`${node.base}/api/v1/ops/${o.id}`)).text()]));
      const [, said] = bodies.find(([verb]) => verb === 'log');
      assert.ok(said.includes('Village head') && !/Lai Ming|13900000007/.test(said), said);
      // The other's verb lies with its body: what a purge takes tells nothing.
      assert.deepEqual(bodies.map(([verb]) => verb), ['log', null]);
    });

    test('what is not known looks unknown, and a call without words is refused at the field', async () => {
      const cells = await rows().first().locator('td').allInnerTexts();
      assert.equal(cells[3], '? unknown', 'place');
      assert.equal(cells[5], '? unknown', 'event');
      assert.equal(cells[6], '○', 'not answered is known');
      await desk.keyboard.press('n');
      await field(desk, /^What was said/).waitFor();
      await desk.keyboard.press('Control+Enter');
      assert.match((await field(desk, /^What was said/).getAttribute('aria-invalid')) ?? '', /true/);
      await desk.keyboard.press('Escape');
    });

    test('nothing is signed before the fields of the form stand', async () => {
      let sent = 0;
      desk.on('request', (r) => (sent += r.url().endsWith('/commands') ? 1 : 0));
      let go;
      const held = new Promise((done) => (go = done));
      await desk.route('**/api/v1/post?*', async (route) => {
        await held;
        await route.continue();
      });
      await desk.keyboard.press('n');
      await desk.getByRole('group', { name: 'Sign' }).waitFor();
      await desk.keyboard.press('Control+Enter');
      go();
      await field(desk, /^What was said/).waitFor();
      await desk.unroute('**/api/v1/post?*');
      assert.equal(sent, 0);
      await desk.keyboard.press('Escape');
    });

    test('it is matched to the open event and answered; the answer shows at a glance', async () => {
      await rows().first().press('Enter');
      const events = (await (await desk.request.get(`${node.base}/api/v1/event`)).json()).items;
      const live = events.filter((e) => e.state === 'Open' || e.state === 'Reopened');
      const offered = sheet().getByRole('group', { name: 'Match to event' }).getByRole('button');
      await offered.first().waitFor();
      assert.equal(await offered.count(), live.length);
      await offered.first().press('Enter');
      await desk.keyboard.press('Control+Enter');
      await sheet().getByText(/Matched/).first().waitFor();
      assert.equal(await sheet().getByRole('group', { name: 'Match to event' }).count(), 0);
      await sheet().getByRole('button', { name: 'Note the answer' }).press('Enter');
      await field(sheet(), /^Answered or done/).fill('Two men sent with a loader');
      await desk.keyboard.press('Control+Enter');
      await rows().first().getByText('✓ Answered').waitFor();
      await desk.keyboard.press('Escape');
      const [made] = await logs();
      assert.equal(made.state, 'Answered');
      assert.ok(live.some((e) => e.ref === made.fields.event.value));
    });

    test('the newest stands first; the list is filtered and saved', async () => {
      const now = (await (await desk.request.get(`${node.base}/api/v1/session`)).json()).clock.now;
      const before_it = (min) => new Date(Date.parse(now) - min * 60_000).toISOString().replace(/\.\d+Z/, 'Z');
      await log({ what: 'Oldest call', observed_at: before_it(90) });
      await log({ what: 'Call before', observed_at: before_it(30) });
      await desk.waitForFunction(() => document.querySelectorAll('tbody tr[tabindex="0"]').length === 3);
      const said = await rows().locator('td:nth-child(5)').allInnerTexts();
      assert.deepEqual(said, [SAID, 'Call before', 'Oldest call']);
      await field(desk, 'Filter What was said').fill('ｏｌｄｅｓｔ');
      await desk.waitForFunction(() => document.querySelectorAll('tbody tr[tabindex="0"]').length === 1);
      const [file] = await Promise.all([
        desk.waitForEvent('download'), desk.getByRole('button', { name: 'Export CSV' }).press('Enter'),
      ]);
      const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
      assert.match(lines[0], /Call received,State/);
      assert.match(lines[1], /Oldest call/);
      assert.equal(lines.length, 3);
      assert.ok(!lines.join().includes('13900000007'), 'a private number is in no list');
    });

    test('its keys stand on the card', async () => {
      await desk.locator('body').press('Shift+Slash');
      const keys = (await desk.locator('aside.card dt').allInnerTexts()).map((k) => k.trim());
      for (const key of ['N', '1', 'g l']) assert.ok(keys.includes(key), `${key} of ${keys.join(' ')}`);
      await desk.keyboard.press('Escape');
    });

    test('a phone of 390 px reads and logs', async () => {
      await phone.goto(`${node.base}/#/log`);
      await phone.locator('tbody tr[tabindex="0"]').first().waitFor();
      assert.equal(await phone.locator('thead th').count(), 3);
      await phone.getByText('✓ 已答复').waitFor();
      await phone.getByRole('button', { name: /^记来电/ }).click();
      await field(phone, /^通话内容/).fill('桥头进水');
      const out = await phone.evaluate(() => {
        const right = document.querySelector('.strip').getBoundingClientRect().right;
        const parts = [...document.querySelectorAll('.strip :is(input, select, textarea, button)')];
        return parts.filter((x) => x.getBoundingClientRect().right > right).map((x) => x.id);
      });
      assert.deepEqual(out, [], 'fields stand inside the form, however long a choice is');
      await phone.getByRole('button', { name: /^记来电/ }).last().click();
      await field(phone, /^来电人姓名/).waitFor();
      await phone.keyboard.press('Escape');
      await phone.getByText('桥头进水').first().waitFor();
      const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} px wider than the phone`);
    });

    test('nothing was asked of another host and nothing failed in the pages', () => {
      for (const p of [desk, phone]) {
        assert.deepEqual(p.outside, []);
        assert.deepEqual(p.faults, []);
      }
    });
  });
}
