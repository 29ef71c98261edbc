// The duty officer's first minute in a real browser against the program itself, by keys alone:
// impact, level, approval by another person, tasks, calls, report, relief, record.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { choose, launch, page } from './browser.mjs';
import { binary, serve } from './node.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const bin = binary();
const look = { width: 1366, height: 768, lang: 'en', mode: 'light' };

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('main job', { concurrency: false }, () => {
    let node;
    let browser;
    let p;
    before(async () => {
      node = await serve(bin, { size: process.env.ANLAN_E2E_SIZE ?? 'village' });
      browser = await launch();
      p = await page(browser, look, node.base);
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    const panel = (n) => p.locator(`#panel-${n}`);
    const post = async (account) => {
      await choose(p.getByLabel('Change post'), account);
      await p.locator(`[aria-label="Change post"][data-code="${account}"]`).waitFor();
      // Keys go to the board from here on; before, they are typed into the field.
      await p.locator('#main:focus').waitFor();
      await p.locator('[data-board]').first().waitFor();
    };

    test('an exercise post signs in with one press', async () => {
      await p.goto(node.base);
      await p.getByRole('button', { name: /county\.duty/ }).press('Enter');
      await p.locator('[data-board=event]').waitFor();
      await p.getByText('EXERCISE').first().waitFor();
    });

    test('the board fills: impact with sources, the level with its reasons', async () => {
      await panel(1).getByRole('button', { name: /^People affected/ }).waitFor();
      await panel(2).locator('.criterion').first().waitFor();
      const unknown = panel(1).getByRole('button', { name: /^Dead \+ missing unknown/ });
      await unknown.waitFor();
      await panel(2).getByText(/1 undetermined/).waitFor();
      await p.keyboard.press('w');
      await p.getByRole('complementary', { name: 'Why' }).waitFor();
      await p.keyboard.press('Escape');
    });

    test('who may not approve asks who may; who may approves', async () => {
      await p.keyboard.press('a');
      await p.keyboard.press('Control+Enter');
      await panel(2).getByText(/^Asked /).waitFor();
      await post('county.commander');
      await panel(2).getByRole('button', { name: /^Approve/ }).waitFor();
      await p.locator('#main').focus();
      await p.keyboard.press('a');
      await p.keyboard.press('Control+Enter');
      await panel(2).getByText(/approved by/).first().waitFor();
      await panel(4).locator('.task').first().waitFor();
      await post('county.duty');
    });

    test('the first report is signed and becomes a bulletin', async () => {
      await panel(2).locator('.criterion').first().waitFor();
      await p.locator('#main').focus();
      await p.keyboard.press('r');
      const sheet = p.getByRole('complementary', { name: /Duty bulletin/ });
      await sheet.waitFor();
      await sheet.getByLabel(/^Dead/).first().fill('3');
      await sheet.getByLabel('Missing').first().fill('0');
      const what = sheet.getByLabel(/^Kind and course/).first();
      if ((await what.inputValue()) === '') await what.fill('Rainstorm, landslides');
      await p.keyboard.press('Control+Enter');
      await p.locator('[data-board=report] article').waitFor();
      await p.goto(`${node.base}/#/event`);
      // Three dead: the open criterion of level 1 is met, and the proposal says so at once.
      await panel(1).getByRole('button', { name: /^Dead \+ missing 3/ }).waitFor();
      await panel(2).locator('.hero', { hasText: 'Level 1' }).waitFor();
    });

    test('another post hears its call and accepts its task from its own board', async () => {
      await post('department.transport.duty');
      await p.keyboard.press('g');
      await p.keyboard.press('d');
      const board = p.locator('[data-board=mine]');
      await board.getByRole('button', { name: 'Accept' }).first().waitFor();
      const tasks = await board.getByRole('button', { name: 'Accept' }).count();
      await board.getByRole('button', { name: 'Accept' }).first().press('Enter');
      await p.keyboard.press('Control+Enter');
      await board.getByText(/^Signed and kept/).waitFor();
      await p.waitForFunction(
        (n) => [...document.querySelectorAll('button')].filter((b) => b.innerText === 'Accept').length < n,
        tasks,
      );
      const call = board.getByRole('button', { name: 'Acknowledge' }).first();
      await call.press('Enter');
      await board.getByLabel(/^Repeated back/).first().fill('Roads X204 and S310, report each half hour');
      await p.keyboard.press('Control+Enter');
      await board.getByRole('button', { name: 'Report action' }).waitFor();
      await p.goto(`${node.base}/#/event`);
      await post('county.duty');
    });

    test('the nearest force is sent or asked for', async () => {
      await panel(5).locator('.open').first().waitFor();
      await p.locator('#main').focus();
      await p.keyboard.press('5');
      await p.keyboard.press('Enter');
      await p.getByRole('complementary').getByLabel(/^Task/).first().waitFor();
      await p.keyboard.press('Control+Enter');
      await p.getByRole('complementary').getByText(/^Signed and kept/).waitFor();
      await p.keyboard.press('Escape');
    });

    test('relief is drafted, checked and signed', async () => {
      await panel(6).waitFor();
      await p.locator('#main').focus();
      await p.keyboard.press('6');
      await p.keyboard.press('a');
      await panel(6).getByText(/orders wait|Sign \d/).first().waitFor({ timeout: 60_000 });
      await post('county.commander');
      await panel(6).getByRole('button', { name: /^Sign \d/ }).waitFor();
      await p.locator('#main').focus();
      await p.keyboard.press('6');
      await p.keyboard.press('a');
      await p.keyboard.press('Control+Enter');
      await panel(6).getByText(/in force/).waitFor();
      await post('county.duty');
      await panel(6).getByText(/in force/).waitFor();
    });

    test('what a road report changes is one press away', async () => {
      await p.locator('#main').focus();
      await p.keyboard.press('7');
      const sheet = p.getByRole('complementary', { name: 'See the difference' });
      await sheet.getByText(/orders change|nothing has to change/).first().waitFor();
      await p.keyboard.press('Escape');
      // A second press shows what was computed; nothing is written.
      const drafts = async () =>
        (await (await p.request.get(`${node.base}/api/v1/relief_plan?limit=50`)).json()).total;
      const first = await drafts();
      await p.locator('#main').focus();
      await p.keyboard.press('7');
      await sheet.getByRole('button', { name: 'Compute again on the roads as they are' }).waitFor();
      await p.keyboard.press('Escape');
      assert.equal(await drafts(), first);
    });

    test('the record is whole', async () => {
      await p.keyboard.press('g');
      await p.keyboard.press('o');
      await p.locator('[data-board=record]').waitFor();
      await p.keyboard.press('v');
      await p.getByText(/^all [\d,]+ whole$/).waitFor({ timeout: 60_000 });
    });

    test('every board is accessible with the county in it, in both languages', async () => {
      for (const lang of ['en', 'zh']) {
        await p.evaluate((l) => localStorage.setItem('anlan.lang', l), lang);
        for (const board of ['event', 'alert', 'mine', 'record', 'danger']) {
          await p.goto(`${node.base}/#/${board}`);
          await p.reload();
          await p.locator(`[data-board=${board}]`).first().waitFor();
          await p.waitForTimeout(1500);
          await p.evaluate(axe);
          const found = await p.evaluate(() =>
            globalThis.axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
            }),
          );
          const lines = found.violations.flatMap((v) =>
            v.nodes.slice(0, 2).map((n) => `${board} ${lang} ${v.id}: ${n.target.join(' ')}`),
          );
          assert.deepEqual(lines, []);
        }
      }
    });

    test('nothing was asked of another host and nothing failed in the page', () => {
      assert.deepEqual(p.outside, []);
      assert.deepEqual(p.faults, []);
    });
  });
}
