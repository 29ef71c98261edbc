// No raw code stands on a screen: every board, every list and sheet of the event board, things of
// every kind and entries of the record, in both languages, after a level was approved, a report
// signed, relief issued and a danger found.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { boards } from './boards.mjs';
import { launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();

/** What looks like a code, a condition or an instant of the program, not like words for people. */
const RAW = [
  [/\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/, 'snake_case'],
  [/(?<![@\w.-])[a-z]+\.[a-z_]{2,}\b/, 'word.word'],
  [/[<>]=? ?\d|\d_\d{3}/, 'a condition'],
  [/\b1[,.]?[678]\d\d[,.]?\d{3}[,.]?\d{3}\b/, 'an instant as a number'],
  [/\b[a-z]+(?:-[a-z]+){2,}\b/, 'a code of a refusal'],
  [/\b[a-z]+:[0-9a-hjkmnp-tv-z]{16}\b/, 'a reference'],
  [/\bundefined\b|\[object |\bNaN\b/, 'a fault'],
];
/** In Chinese no English word: but units, names of formats, and the other language's button. */
const ENGLISH = /\b(?!(?:English|EXERCISE|Ctrl|Enter|Esc|Shift|Alt|node|anlan|import|cap|FILE|kg|km|min|exercise|invalid|heads|views)\b)[A-Za-z]{4,}\b/;

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('words', { concurrency: false }, () => {
    let node;
    let browser;
    let event;
    let names;
    const people = {};
    const open = async (look, account) => {
      const p = await signedIn(browser, look, node.base, account);
      return p;
    };
    const read = async (p, path) => (await p.request.get(`${node.base}/api/v1${path}`)).json();
    const post = async (who, path, data) => {
      people[who] ??= await open({ width: 1366, height: 768, lang: 'zh', mode: 'light' }, who);
      const answer = await people[who].request.post(`${node.base}/api/v1${path}`, {
        data, headers: { 'idempotency-key': `${path}-${JSON.stringify(data).length}-words` },
      });
      assert.ok(answer.ok(), `${path}: ${await answer.text()}`);
      return answer.json();
    };
    before(async () => {
      node = await serve(bin, { port: 0 });
      browser = await launch();
      const duty = await open({ width: 1366, height: 768, lang: 'zh', mode: 'light' }, 'county.duty');
      event = (await read(duty, '/event?limit=1')).items[0];
      names = (await read(duty, '/contacts')).items.map((c) => c.person).filter((p) => p && p.zh !== p.en);
      await post('county.duty', `/event/${event.id}/propose`, {});
      await post('county.commander', `/event/${event.id}/approve`, { level: 2 });
      await post('county.duty', `/event/${event.id}/report/sign`, {
        what: '台风暴雨', figures: { dead: 1, missing: 0, moved: 1240 }, measures: '已转移',
      });
      await post('county.duty', `/event/${event.id}/relief`, {});
      const plan = (await read(duty, `/event/${event.id}/relief`)).plan;
      await post('county.commander', `/event/${event.id}/relief/issue`, { plan });
      const place = (await read(duty, '/area/places')).items.find((u) => u.level === 5).place;
      const found = await post('inspector.1', '/commands', {
        entity: 'danger', verb: 'find', args: { title: '储罐报警失灵', place, sector: 'hazchem' },
      });
      await post('inspector.1', '/commands', { entity: 'danger', id: found.ref.split(':')[1], verb: 'record', args: {} });
      await post('county.duty', '/commands', {
        entity: 'danger', verb: 'find', args: { title: '没有行业的隐患', place },
      });
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    /** Lines of what can be read on the page, without what is set as code, keys, and fields. */
    const lines = (p) => p.evaluate(() => {
      const out = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const el = walk.currentNode.parentElement;
        const text = walk.currentNode.textContent.trim();
        if (!text || !el.checkVisibility() || el.closest('.mono, kbd, script, style, [lang]:not(html)')) continue;
        const row = el.closest('button, a, td, dd, li, p, label, tr') ?? el;
        out.push([text, row.innerText.replaceAll(/\s+/g, ' ').slice(0, 160)]);
      }
      return out;
    });
    /** What is wrong on the page as it stands. */
    const faults = async (p, lang, where, english = lang === 'zh') => {
      const bad = new Set();
      for (const [said, row] of await lines(p)) {
        // Numbers of rows and clauses, and addresses of tables, are read as they are printed there.
        const text = said.replaceAll(/\b[\w-]+(?:\/[\w.-]+)+|\b[a-z]+(?:-[0-9]+)+\b/g, '');
        for (const [pattern, what] of RAW) if (pattern.test(text)) bad.add(`${where}: ${what}: ${pattern.exec(text)[0]} in: ${row}`);
        if (english && ENGLISH.test(text)) bad.add(`${where}: English: ${ENGLISH.exec(text)[0]} in: ${row}`);
        if (lang === 'en') for (const n of names) if (text.includes(n.zh)) bad.add(`${where}: ${n.zh} is ${n.en} in: ${row}`);
      }
      return [...bad];
    };
    /** Everything was read and drawn: twice the same text. */
    const settled = async (p) => {
      await p.waitForLoadState('networkidle').catch(() => undefined);
      await p.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    };

    for (const lang of ['zh', 'en']) {
      const look = { width: 1440, height: 900, lang, mode: 'light' };
      for (const account of ['county.duty', 'township.1.duty', 'inspector.1', 'team.fire_company_1.leader']) {
        test(`${lang}: every board of ${account} is words`, async () => {
          const p = await open(look, account);
          const bad = [];
          for (const { name } of boards) {
            await p.goto(`${node.base}/#/${name}`);
            await p.locator(`[data-board=${name}]`).waitFor();
            await settled(p);
            bad.push(...(await faults(p, lang, name)));
            // What a row opens is words too.
            const row = p.locator(`[data-board=${name}] :is(tbody tr[tabindex="0"], button.row, [data-alert])`).first();
            if (await row.count()) {
              await row.press('Enter');
              await settled(p);
              bad.push(...(await faults(p, lang, `${name}, its first row`)));
            }
          }
          assert.deepEqual(bad, []);
          assert.deepEqual(p.faults.filter((f) => !/status of 422/.test(f)), []);
          await p.context().close();
        });
      }

      test(`${lang}: lists, sheets and why of the event board are words`, async () => {
        const p = await open(look, 'county.duty');
        await p.goto(`${node.base}/#/event`);
        await p.locator('#panel-4 .task').first().waitFor();
        await settled(p);
        const bad = [];
        const say = async (where) => {
          await settled(p);
          bad.push(...(await faults(p, lang, where)));
          await p.keyboard.press('Escape');
        };
        for (const key of ['w', 'r', 'Shift+Digit1', 'Shift+Digit3', 'Shift+Digit4', 'Shift+Digit5', 't', 'Shift+L', 'Shift+Slash', 'Control+k']) {
          await p.locator('#main').focus();
          await p.keyboard.press(key);
          await say(key);
        }
        for (const n of ['3', '4', '5']) {
          await p.locator('#main').focus();
          await p.keyboard.press(n);
          await p.keyboard.press('Enter');
          await say(`panel ${n}, first row`);
        }
        for (const kind of ['cut off', 'roads', 'sites', 'forces', 'firms']) {
          const word = lang === 'en' ? kind : { 'cut off': '断点', roads: '路况', sites: '场所', forces: '力量', firms: '企业' }[kind];
          await p.locator('#main').focus();
          await p.keyboard.press('Shift+L');
          const mark = p.locator('.map .list tbody tr', { hasText: word }).first();
          if (await mark.count()) {
            await mark.press('Enter');
            await say(`mark ${kind}`);
          }
          await p.locator('#main').focus();
          await p.keyboard.press('Shift+L');
        }
        await p.locator('#main').focus();
        await p.keyboard.press('6');
        await p.keyboard.press('w');
        await say('why of relief');
        await p.locator('#main').focus();
        await p.keyboard.press('7');
        await say('difference');
        assert.deepEqual(bad, []);
        assert.deepEqual(p.faults.filter((f) => !/status of 422/.test(f)), []);
        await p.context().close();
      });

      test(`${lang}: a thing of every kind, each sort of entry and the printed report are words`, async () => {
        const p = await open(look, 'county.duty');
        const bad = [];
        const seen = new Set();
        for (const op of (await read(p, '/ops?limit=1000')).items) {
          const sort = `${op.kind} ${op.verb}`;
          if (seen.has(sort)) continue;
          seen.add(sort);
          await p.goto(`${node.base}/#/record/${op.id}`);
          await p.getByRole('complementary').waitFor();
          await settled(p);
          bad.push(...(await faults(p, lang, `entry ${sort}`, false)));
        }
        assert.ok(seen.size > 15, [...seen].join());
        const report = (await read(p, '/report?limit=1')).items[0];
        await p.goto(`${node.base}/#/report/${report.id}`);
        await p.locator('article').waitFor();
        await settled(p);
        bad.push(...(await faults(p, lang, 'report')));
        assert.deepEqual([...new Set(bad)], []);
        await p.context().close();
      });
    }
  });
}
