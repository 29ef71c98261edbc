// Search against the program itself: acts, places, people with digits of their telephone, events and
// papers; by pinyin initials, codes and words; and what opens of what was found.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('search', { concurrency: false }, () => {
    let node;
    let browser;
    let p;
    let village;
    const open = async (look, account) => {
      const made = await signedIn(browser, look, node.base, account, 'event');
      return made;
    };
    const read = async (who, path) => (await who.request.get(`${node.base}/api/v1${path}`)).json();
    before(async () => {
      node = await serve(bin, { port: 0 });
      browser = await launch();
      p = await open({ width: 1366, height: 768, lang: 'zh', mode: 'light' }, 'county.duty');
      village = (await read(p, '/area/places')).items.find((u) => u.name === '青滩村');
      assert.ok(village, 'the village of seed 7');
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });
    /** The rows of the palette for what is typed, those of one group where it is named. */
    const rows = async (who, typed) => {
      await who.keyboard.press('Control+k');
      const field = who.locator('.palette input');
      await field.fill(typed);
      await who.locator('.palette .item').first().waitFor();
      await who.waitForFunction(() => !/正在读取|Reading places/.test(document.querySelector('div.palette')?.innerText ?? ''));
      return who.locator('.palette .item').allInnerTexts();
    };
    const leave = (who) => who.keyboard.press('Escape');

    test('a place is found by initials, code, name in either language', async () => {
      for (const typed of ['qtc', village.place, village.place.slice(-7), '青滩', 'qingtan']) {
        const found = await rows(p, typed);
        assert.ok(found.some((r) => r.startsWith('青滩村')), `${typed}: ${found.join(' | ')}`);
        await leave(p);
      }
      assert.ok((await rows(p, 'qtc'))[0].startsWith('青滩村'), 'the best first');
      await p.keyboard.press('Enter');
      const card = p.getByRole('complementary', { name: '青滩村' });
      await card.getByText(village.place).waitFor();
      await card.getByText('青滩村灾害信息员').waitFor();
      await card.getByRole('button', { name: '在地图上看' }).waitFor();
      // Its township, its people as the estimate that they are, and whether its road is cut.
      const unit = (await read(p, '/area/places')).items.find((u) => u.place === village.place);
      const above = (await read(p, '/area/places')).items.find((u) => u.place === unit.parent);
      await card.getByText(above.name, { exact: false }).first().waitFor();
      await card.getByText(`约 ${unit.people.mid.toLocaleString('en-US')} (`, { exact: false }).waitFor();
      await card.getByText('没有断路上报').waitFor();
      await leave(p);
      await card.waitFor({ state: 'detached' });
    });

    test('a post is found by digits of its telephone and by who holds it', async () => {
      const posts = (await read(p, '/contacts')).items;
      const post = posts.find((c) => c.post.zh === '青滩村灾害信息员');
      const digits = post.phone.replaceAll(/\D/g, '');
      for (const typed of [digits.slice(-8), post.phone, post.person.zh, post.person.en]) {
        const found = await rows(p, typed);
        assert.ok(found.some((r) => r.includes('青滩村灾害信息员')), `${typed}: ${found.join(' | ')}`);
        await leave(p);
      }
      await rows(p, digits.slice(-8));
      await p.keyboard.press('Enter');
      const card = p.getByRole('complementary', { name: '青滩村灾害信息员' });
      assert.equal(await card.locator('a.phone').getAttribute('href'), `tel:${post.phone}`);
      await leave(p);
    });

    test('events, papers and acts are found, and what is found opens', async () => {
      const event = (await read(p, '/event?limit=1')).items[0];
      const found = await rows(p, event.name.slice(0, 4));
      assert.ok(found.some((r) => r.includes(event.name)), found.join(' | '));
      await leave(p);
      assert.ok((await rows(p, '红色')).length > 0);
      await leave(p);
      assert.ok((await rows(p, '记录')).some((r) => r.includes('g o')), 'acts show their keys');
      await p.keyboard.press('Enter');
      await p.locator('[data-board=record]').waitFor();
      const nothing = rows(p, 'zzzz nothing').catch(() => []);
      await p.locator('.palette').getByText('没有找到', { exact: true }).waitFor();
      await leave(p);
      await nothing;
    });

    test('? opens the key card and / the search, never the other', async () => {
      await p.locator('#main').focus();
      for (const key of ['Shift+Slash', '?']) {
        await p.keyboard.press(key);
        await p.locator('aside.card').waitFor();
        assert.equal(await p.locator('.palette input').count(), 0, key);
        await leave(p);
        await p.locator('aside.card').waitFor({ state: 'detached' });
      }
      await p.keyboard.press('/');
      await p.locator('.palette input').waitFor();
      assert.equal(await p.locator('aside.card').count(), 0);
      await leave(p);
    });

    test('who may not call is told the post and its telephone, and not who holds it', async () => {
      const officer = await open({ width: 390, height: 844, lang: 'en', mode: 'dark' }, 'village.1.2.officer');
      const told = (await read(officer, '/contacts')).items;
      const own = told.filter((c) => c.person);
      assert.ok(told.length > 20 && told.every((c) => c.phone), 'telephones of posts');
      assert.ok(own.length <= 1, 'the own name alone');
      assert.ok(told.filter((c) => !c.person).every((c) => c.person_withheld));
      const found = await rows(officer, 'Qingtan');
      assert.ok(found.some((r) => r.includes('Qingtan')), found.join(' | '));
      const box = await officer.locator('.palette .item').first().boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
      assert.deepEqual(officer.faults, []);
      assert.deepEqual(p.faults, []);
    });
  });
}
