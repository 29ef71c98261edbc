// The newcomer's path, in both languages, by keys alone in three windows: the county's duty officer,
// the commander and a township; from sign-in to a task that was accepted, done and verified, and
// why a village gets what it gets.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { choose, enter, launch, page } from './browser.mjs';
import { binary, serve } from './node.mjs';

const WORDS = {
  zh: {
    event_open: '已有事件', asked: /^已报/, title: /^任务/, to: /^承办/, accept: '接受', done: '办结',
    result: /^办理结果|^结果/, verify: '核实', verified: /核实/, job: '清点东门安置点', counted: '已清点,112 人',
    why: /为什么/, relief: '救助', report: /值班信息快报/, dead: /^死亡/, missing: /^失踪/, what: /^灾种与经过/,
    called: /台风暴雨 · 洪涝台风 · 二级响应/, steps: /^已采取措施/, course: /断点村 3 个:/, started: /批准启动.级响应.*下达任务 \d+ 项/,
  },
  en: {
    event_open: 'Event is open', asked: /^Asked /, title: /^Task/, to: /^Addressee|^To/, accept: 'Accept',
    done: 'Done', result: /^Result/, verify: 'Verify', verified: /[Vv]erified/, job: 'Count the shelter',
    counted: 'Counted, 112 people', why: /^Why/, relief: 'Relief', report: /Duty bulletin/, dead: /^Dead/, missing: /^Missing/, what: /^Kind and course/,
    called: /Typhoon rain · Flood, typhoon · Level 2 response/, steps: /^(Steps|Measures)/, course: /3 villages cut off by road: /, started: /approved a Level \d response.*tasks given/,
  },
};

const bin = binary();

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
}
for (const [lang, w, port] of bin ? [['zh', WORDS.zh, 8462], ['en', WORDS.en, 8463]] : []) {
  describe(`newcomer ${lang}`, { concurrency: false }, () => {
    let node;
    let browser;
    let duty;
    let commander;
    let town;
    const look = { width: 1366, height: 768, lang, mode: lang === 'zh' ? 'light' : 'dark' };
    before(async () => {
      node = await serve(bin, { port });
      browser = await launch();
      duty = await page(browser, look, node.base);
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });
    const panel = (p, n) => p.locator(`#panel-${n}`);
    /** A window of its own for another post, signed in as everybody is: one press. */
    const window_of = async (account, at) => {
      const p = await page(browser, look, node.base);
      await p.goto(node.base);
      await enter(p, account);
      await p.goto(`${node.base}/#/${at}`);
      await p.locator(`[data-board=${at}]`).waitFor();
      return p;
    };

    test('sign in, read the alert, go to its event by keys', async () => {
      await duty.goto(node.base);
      await duty.getByRole('button', { name: /county\.duty/ }).press('Enter');
      await duty.locator('[data-board=event]').waitFor();
      await duty.keyboard.press('g');
      await duty.keyboard.press('w');
      await duty.locator('[data-board=alert]').waitFor();
      await duty.getByRole('button', { name: w.event_open }).press('Enter');
      await duty.locator('[data-board=event]').waitFor();
    });

    test('the proposal is asked of the commander, who sees it in a second window and approves', async () => {
      await panel(duty, 2).locator('.criterion').first().waitFor();
      await duty.keyboard.press('a');
      await duty.keyboard.press('Control+Enter');
      await panel(duty, 2).getByText(w.asked).first().waitFor();
      commander = await window_of('county.commander', 'event');
      await panel(commander, 2).locator('.criterion').first().waitFor();
      await commander.keyboard.press('a');
      await commander.keyboard.press('Control+Enter');
      await panel(commander, 4).locator('.task').first().waitFor();
      // The first window shows it without being asked.
      await panel(duty, 4).locator('.task').first().waitFor();
    });

    test('a township is given a task and accepts it in its own window', async () => {
      town = await window_of('township.1.duty', 'mine');
      await duty.locator('#main').focus();
      await duty.keyboard.press('t');
      const sheet = duty.getByRole('complementary');
      await sheet.locator('form, .form').first().waitFor();
      await sheet.getByLabel(w.title).first().fill(w.job);
      const seat = await (await town.request.get(`${node.base}/api/v1/session`)).json();
      const choice = sheet.getByLabel(w.to).first();
      await choose(choice, seat.post[lang]);
      await duty.keyboard.press('Control+Enter');
      // Its call says what it is for: the event, its hazard, the level that holds.
      await town.locator('li.card', { hasText: w.called }).first().waitFor();
      const card = town.locator('li.card', { hasText: w.job });
      await card.getByRole('button', { name: w.accept, exact: true }).press('Enter');
      await town.keyboard.press('Control+Enter');
      await card.getByRole('button', { name: w.done, exact: true }).press('Enter');
      await card.getByLabel(w.result).first().fill(w.counted);
      await town.keyboard.press('Control+Enter');
      await card.waitFor({ state: 'detached' });
    });

    test('the duty officer sees it done, and verifies it', async () => {
      await duty.locator('#main').focus();
      await duty.keyboard.press('Shift+Digit4');
      const list = duty.getByRole('complementary');
      await list.getByRole('textbox').first().fill(w.job);
      await list.locator('tbody tr[tabindex="0"]', { hasText: w.job }).press('Enter');
      const sheet = duty.getByRole('complementary');
      await sheet.getByText(w.counted).first().waitFor();
      await sheet.getByRole('button', { name: w.verify, exact: true }).press('Enter');
      await duty.keyboard.press('Control+Enter');
      await sheet.getByText(w.verified).first().waitFor();
      await duty.keyboard.press('Escape');
    });

    test('relief is planned here and signed in the commander\'s window; each share says why', async () => {
      await duty.locator('#main').focus();
      await duty.keyboard.press('6');
      await duty.keyboard.press('a');
      await panel(commander, 6).getByRole('button').first().waitFor();
      await panel(commander, 6).locator('.bar .btn').first().waitFor({ timeout: 60_000 });
      await commander.locator('#main').focus();
      await commander.keyboard.press('6');
      await commander.keyboard.press('a');
      await commander.keyboard.press('Control+Enter');
      await panel(duty, 6).locator('.bar .ok').waitFor();
      await duty.locator('#main').focus();
      await duty.keyboard.press('6');
      await duty.keyboard.press('w');
      const sheet = duty.getByRole('complementary', { name: w.relief });
      const trips = sheet.locator('table').last().locator('tbody tr[tabindex="0"]');
      await trips.first().waitFor();
      const shares = sheet.locator('table').first().locator('tbody tr[tabindex="0"]');
      await shares.first().waitFor();
      const reasons = await shares.allInnerTexts();
      // People times the norm is what a place needs; what it is brought stands beside it.
      assert.ok(reasons.every((r) => /KIT-\d+/.test(r)), reasons[0]);
      for (const r of reasons) assert.match(r.trim(), /\S$/, 'a share without a reason');
      assert.ok(!reasons.some((r) => /[a-z]_[a-z]|undefined|null/.test(r)), reasons.join('\n'));
      await duty.keyboard.press('Escape');
    });

    test('the first report is written from the same board', async () => {
      await duty.locator('#main').focus();
      await duty.keyboard.press('r');
      const sheet = duty.getByRole('complementary', { name: w.report });
      await sheet.getByLabel(w.dead).first().fill('0');
      await sheet.getByLabel(w.missing).first().fill('0');
      // Course and steps are drafted from the record, in the language of the screen.
      assert.match(await sheet.getByLabel(w.what).first().inputValue(), w.course);
      const steps = await sheet.getByLabel(w.steps).first().inputValue();
      assert.match(steps, w.started);
      await sheet.getByLabel(w.steps).first().fill(`${steps} ${w.job}`);
      await duty.keyboard.press('Control+Enter');
      const paper = duty.locator('[data-board=report] article');
      await paper.waitFor();
      // What was left as drafted stands on the paper in Chinese; what was written stands as written.
      await paper.getByText(WORDS.zh.course).first().waitFor();
      await paper.getByText(w.job).first().waitFor();
    });

    test('no raw code stood on a screen and nothing failed in the pages', async () => {
      for (const p of [duty, commander, town]) {
        assert.deepEqual(p.outside, []);
        assert.deepEqual(p.faults, []);
        const text = await p.locator('body').innerText();
        assert.doesNotMatch(text, /\bundefined\b|\[object |\bnull\b|\bNaN\b/);
      }
    });
  });
}
