// The alarm: two tones again each 20 seconds until a named person presses Q; the row stays, muted is
// shown, an exercise sounds otherwise, and less motion is respected. Answers come from the mock.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { page } from './browser.mjs';
import { ALERT } from './mock/data.mjs';
import { mocked } from './mocked.mjs';

const at = mocked();
const look = { width: 1366, height: 768, lang: 'en', mode: 'light' };

/** Writes down each tone instead of sounding it. */
function listen() {
  globalThis.tones = [];
  const gain = { gain: { value: 0 }, connect() {} };
  globalThis.AudioContext = class {
    state = 'running';
    currentTime = 0;
    destination = {};
    createGain = () => gain;
    createOscillator() {
      const voice = { type: '', frequency: { value: 0 }, connect() {}, stop() {} };
      voice.start = () => globalThis.tones.push(`${voice.type} ${voice.frequency.value}`);
      return voice;
    }
  };
}

/** A page on which the mock's alert waits: no event was made of it. */
async function waiting({ exercise = true } = {}) {
  const p = await page(at.browser, look, at.base);
  await p.addInitScript(listen);
  await p.clock.install();
  await p.request.post(`${at.base}/api/v1/session`, { data: { account: 'county.duty' } });
  const heard = [];
  await p.route(/\/api\/v1\/event\?/, (r) => r.fulfill({ json: { items: [], next: null, total: 0 } }));
  await p.route(/\/api\/v1\/alert\?/, async (r) => {
    const page = await (await r.fetch()).json();
    for (const a of page.items) {
      a.fields.expires_at = { status: 'set', value: '2099-01-01T00:00:00Z' };
      a.fields.status = { status: 'set', value: exercise ? 'Exercise' : 'Actual' };
    }
    await r.fulfill({ json: page });
  });
  await p.route('**/api/v1/session', async (r) => {
    const s = await (await r.fetch()).json();
    s.node.exercise = exercise;
    await r.fulfill({ json: s });
  });
  await p.route(`**/api/v1/alert/${ALERT}/why`, (r) => r.fulfill({ json: { ops: heard } }));
  await p.route('**/api/v1/commands', async (r) => {
    const sent = r.request().postDataJSON();
    heard.push({
      id: 'op1', verb: sent.verb, kind: 'alert', person: 'Li Min', account: 'county.duty',
      entered_at: '2026-11-22T18:55:00Z',
    });
    await r.fulfill({ json: { ref: `alert:${ALERT}`, ops: [], replayed: false } });
  });
  await p.goto(`${at.base}/#/alert`);
  await p.locator('.lane .alarm').waitFor();
  await p.waitForFunction(() => globalThis.tones.length === 2);
  return { p, heard, tones: () => p.evaluate(() => globalThis.tones) };
}

test('it sounds again each 20 s until a named person has heard it; the row stays', async () => {
  const { p, heard, tones } = await waiting();
  await p.clock.runFor(19_000);
  assert.equal((await tones()).length, 2);
  await p.clock.runFor(2_000);
  assert.equal((await tones()).length, 4);
  await p.keyboard.press('q');
  await p.getByText(/heard by Li Min/).waitFor();
  assert.equal(heard.map((o) => o.verb).join(), 'hear');
  const before = (await tones()).length;
  await p.clock.runFor(60_000);
  assert.equal((await tones()).length, before);
  assert.equal(await p.locator('.lane .alarm').count(), 1);
  assert.equal(await p.getByRole('button', { name: /^Heard/ }).count(), 0);
  await p.context().close();
});

test('muted is shown in the strip and stays; the row is as loud to the eye', async () => {
  const { p, tones } = await waiting();
  await p.getByRole('button', { name: 'Mute' }).click();
  await p.getByText('muted', { exact: true }).waitFor();
  const before = (await tones()).length;
  await p.clock.runFor(45_000);
  assert.equal((await tones()).length, before);
  await p.reload();
  await p.getByText('muted', { exact: true }).waitFor();
  await p.locator('.lane .alarm').waitFor();
  await p.getByRole('button', { name: 'Sound on' }).click();
  assert.equal((await tones()).length, 2);
  await p.context().close();
});

test('an exercise has a tone of its own', async () => {
  const drill = await waiting();
  const real = await waiting({ exercise: false });
  assert.notDeepEqual(await drill.tones(), await real.tones());
  await drill.p.context().close();
  await real.p.context().close();
});

test('with less motion wanted the row does not pulse and has a double outline', async () => {
  const { p } = await waiting();
  const look = () => p.locator('.lane .alarm').evaluate((el) => {
    const s = getComputedStyle(el);
    return [s.animationName, s.outlineStyle];
  });
  assert.notEqual((await look())[0], 'none');
  await p.emulateMedia({ reducedMotion: 'reduce' });
  assert.deepEqual(await look(), ['none', 'double']);
  await p.context().close();
});
