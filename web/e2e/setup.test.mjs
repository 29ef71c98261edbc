// The first minutes of a real node in a real browser against the program itself: the set-up code,
// by keys alone, an alert that becomes an event, signing out and in again with the password.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { clean } from './axe.mjs';
import { launch, page } from './browser.mjs';
import { binary, serveReal } from './node.mjs';

const bin = binary();
const look = { width: 1366, height: 768, lang: 'zh', mode: 'light' };
const PASSWORD = 'seven cats at the sea';
const OTHER = 'two otters under a bridge';
const ALERT = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>E2E-1</identifier>
<sender>a@example.org</sender><sent>2026-07-23T08:00:00+08:00</sent><status>Actual</status>
<msgType>Alert</msgType><scope>Public</scope><info><category>Met</category><event>暴雨</event>
<urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
<headline>暴雨红色预警</headline><area><areaDesc>x</areaDesc></area></info></alert>`;

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('a real node', { concurrency: false }, () => {
    let node;
    let browser;
    let p;
    before(async () => {
      node = await serveReal(bin);
      browser = await launch();
      p = await page(browser, look, node.base);
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    const type = async (...texts) => {
      for (const text of texts) {
        await p.keyboard.type(text);
        await p.keyboard.press('Tab');
      }
    };

    test('shows the set-up form, which says what is wrong', async () => {
      await p.goto(node.base);
      await p.getByRole('heading', { name: '建立本节点的第一个账户' }).waitFor();
      assert.equal(await p.getByText('演练').count(), 0, 'a real node says nothing of an exercise');
      await clean(p, 'set-up');
      await type('00000-00000-00000-00000', '王值班', 'wang.duty', PASSWORD, PASSWORD);
      await p.keyboard.press('Enter');
      await p.getByRole('alert').getByText(/设置码不对/).waitFor();
      p.faults.length = 0;
    });

    test('the code makes the account and opens the console', async () => {
      await p.getByLabel('设置码').focus();
      await p.getByLabel('设置码').fill(node.code.toUpperCase());
      await p.keyboard.press('Enter');
      await p.getByRole('heading', { name: '没有事件' }).waitFor();
      await p.getByText('王值班').first().waitFor();
      assert.deepEqual(p.faults, []);
    });

    test('a real alert becomes an event and its board says that no plan is loaded', async () => {
      const answer = await p.request.post(`${node.base}/api/v1/imports/cap?event=true`, {
        headers: { 'content-type': 'application/xml', 'idempotency-key': 'e2e-1', origin: node.base },
        data: ALERT,
      });
      const done = await answer.json();
      assert.equal(done.events?.length, 1, JSON.stringify(done));
      await p.goto(`${node.base}/#/event/${done.events[0].split(':')[1]}`);
      await p.locator('[data-board=event]').waitFor();
      await p.getByText('暴雨红色预警').first().waitFor();
      await p.locator('#panel-2').getByText(/没有装入本地/).waitFor();
      assert.deepEqual(p.faults, []);
    });

    test('a second person decides the level, and gives the password again where it is asked', async () => {
      const args = ['account', 'add', 'li.head', '--post', 'county_commander', '--person', '李县长'];
      const made = execFileSync(bin, [...args, '--as', 'wang.duty', '--dir', node.dir, '--json'], {
        stdio: 'pipe',
      });
      const { password } = JSON.parse(made.toString());
      assert.equal(await p.locator('#panel-2').getByRole('button', { name: /C$/ }).count(), 0);
      const head = await page(browser, look, node.base);
      await head.goto(p.url());
      await head.getByLabel('账户').fill('li.head');
      await head.getByLabel('口令').fill(password);
      await head.keyboard.press('Enter');
      await head.locator('#panel-2').getByText(/没有装入本地/).waitFor();
      // The node answers once as it does when the sign-in is old; all else is the node itself.
      const keys = [];
      await head.route('**/approve', async (route) => {
        keys.push(await route.request().headerValue('idempotency-key'));
        if (keys.length > 1) return route.continue();
        return route.fulfill({
          status: 403,
          contentType: 'application/problem+json',
          body: JSON.stringify({ code: 'needs-reauth', title: { zh: '过久', en: 'old' } }),
        });
      });
      await head.locator('#panel-2').getByRole('button', { name: /C$/ }).click();
      await head.locator('#level-reason').fill('河水漫过堤顶');
      await head.keyboard.press('Control+Enter');
      assert.deepEqual(keys, [], 'nothing is picked where nothing is proposed');
      await head.getByRole('radio', { name: /三级/ }).click();
      await head.keyboard.press('Control+Enter');
      await head.locator('#sign-password').fill('not the password');
      await head.keyboard.press('Enter');
      await head.getByRole('alert').getByText(/口令不对/).waitFor();
      await head.locator('#sign-password').fill(password);
      await head.keyboard.press('Control+Enter');
      await head.locator('#panel-2').getByText(/三级已由李县长/).waitFor();
      assert.equal(keys.length, 2);
      assert.equal(keys[0], keys[1], 'the same act');
      const level = await (await head.request.get(`${node.base}/api/v1/response`)).json();
      assert.equal(level.items[0].state, 'Active');
      await clean(head, 'decided');
      await head.context().close();
    });

    test('a password is changed and an account is made and closed from the account menu', async () => {
      await p.getByRole('button', { name: /^账户:王值班/ }).click();
      const sheet = p.getByRole('complementary', { name: '账户' });
      await sheet.getByLabel('现在的口令').fill('not the password');
      await sheet.getByLabel('新口令', { exact: true }).fill(OTHER);
      await sheet.getByLabel('再输一遍新口令').fill(OTHER);
      await p.keyboard.press('Enter');
      await sheet.getByRole('alert').getByText(/现在的口令不对/).waitFor();
      await sheet.getByLabel('现在的口令').fill(PASSWORD);
      await p.keyboard.press('Enter');
      await sheet.getByText(/口令已修改/).waitFor();
      await clean(p, 'account');
      await sheet.getByLabel('姓名').fill('赵夜班');
      await sheet.getByLabel('账户名').fill('zhao.night');
      await sheet.getByLabel('岗位').selectOption('county_duty');
      await sheet.getByLabel(/^口令\(交给本人/).fill('five moles in a meadow');
      await sheet.getByRole('button', { name: '建立' }).click();
      await sheet.getByText('账户 zhao.night 已建立。').waitFor();
      await sheet.getByRole('button', { name: '关闭账户 zhao.night' }).click();
      await sheet.getByLabel('事由').fill('调走');
      await p.keyboard.press('Enter');
      await sheet.getByText('账户 zhao.night 已关闭。').waitFor();
      const kept = await (await p.request.get(`${node.base}/api/v1/accounts`)).json();
      const closed = kept.items.find((a) => a.account === 'zhao.night');
      assert.ok(closed?.closed_at, JSON.stringify(kept));
      p.faults.length = 0;
    });

    test('signs in again with account and password, in English too', async () => {
      const other = await page(browser, { ...look, lang: 'en' }, node.base);
      await other.goto(node.base);
      await other.getByLabel('Account').fill('wang.duty');
      await other.getByLabel('Password').fill('not the password');
      await other.keyboard.press('Enter');
      await other.getByRole('alert').waitFor();
      await clean(other, 'sign-in');
      await other.getByLabel('Password').fill(OTHER);
      await other.keyboard.press('Enter');
      await other.locator('[data-board]').first().waitFor();
      assert.deepEqual(other.outside, []);
      await other.context().close();
    });
  });
}
