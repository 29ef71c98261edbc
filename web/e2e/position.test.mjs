// A road is reported from a phone that knows where it stands: nobody there knows its latitude.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { choose, launch, signedIn } from './browser.mjs';
import { binary, serve } from './node.mjs';

const bin = binary();

if (!bin) {
  console.log('skipped: no anlan binary (build it, or name it in ANLAN_BIN)');
} else {
  describe('a position from the phone', { concurrency: false }, () => {
    let node;
    let browser;
    let p;
    before(async () => {
      node = await serve(bin, { port: 8466 });
      browser = await launch();
      p = await signedIn(browser, { width: 390, height: 844, lang: 'en', mode: 'light' }, node.base, 'township.1.duty', 'mine');
    });
    after(async () => {
      await browser?.close();
      await node?.stop();
    });

    const board = () => p.locator('[data-board=mine]');
    const read = async (path) => (await p.request.get(`${node.base}/api/v1${path}`)).json();
    const at = async (latitude, longitude) => {
      await p.context().setGeolocation({ latitude, longitude });
      await board().getByRole('button', { name: 'Use here', exact: true }).click();
    };

    test('a phone that gives no position says so; one that does fills it in and names the road', async () => {
      await board().getByRole('button', { name: 'Road' }).first().click();
      const here = board().getByRole('button', { name: 'Use here', exact: true });
      await here.click();
      await board().getByText('This device gave no position', { exact: false }).waitFor();
      await p.context().grantPermissions(['geolocation']);
      const road = (await read('/area/roads?place=990102100201')).items.find((r) => r.number === 'X001');
      await at(road.middle[1], road.middle[0]);
      await board().getByText(/^This is X001.*Dazhuang Village, \d+ m away$/).waitFor();
      assert.equal(await board().getByText('This device gave no position').count(), 0);
      const chosen = await board().getByLabel(/^Which road/).getAttribute('data-code');
      assert.ok((await read(`/area/roads?row=${chosen}`)).items[0].number === 'X001', chosen);
    });

    test('a spot that hits no road says so, how far the next is, and what that means', async () => {
      await board().getByLabel(/^Where/).fill('28.6, 109.0');
      await board().getByText('No known road within 2 km').waitFor();
      await board().getByText('the spot alone is reported', { exact: false }).waitFor();
    });

    test('the map takes a spot, which then stands in the field', async () => {
      await board().getByLabel(/^Where/).fill('');
      await board().getByRole('button', { name: 'Map', exact: true }).click();
      await board().locator('.canvas[data-ready=true]').waitFor();
      await board().getByRole('button', { name: 'Take the middle' }).click();
      const field = board().getByLabel(/^Where/);
      const area = await read('/area');
      const [lat, lon] = (await field.inputValue()).split(',').map(Number);
      const [west, south, east, north] = area.bounds;
      assert.ok(lon > west && lon < east && lat > south && lat < north, `${lat} ${lon}`);
      await board().locator('.canvas').click({ position: { x: 60, y: 60 } });
      await p.waitForFunction(
        (was) => document.querySelector('[data-board=mine] input[id$="-at"]')?.value !== was,
        `${lat.toFixed(5)}, ${lon.toFixed(5)}`);
      const wide = await p.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${wide} px wider than the window`);
    });

    test('a road is chosen by name near a place, and the event board names it and where', async () => {
      await board().getByLabel(/^Where/).fill('');
      await choose(board().getByLabel('Near which place'), 'Dazhuang');
      const which = board().getByLabel(/^Which road/);
      await p.waitForFunction(() => /\(3\d stretches/.test(document.querySelector('[data-board=mine]')?.innerText ?? ''));
      await choose(which, 'Dazhuang Bridge');
      await choose(board().getByLabel(/^Passable/).first(), 'closed');
      await choose(board().getByLabel(/^How seen/).first(), 'on_site');
      await p.keyboard.press('Control+Enter');
      await board().getByText(/^Signed and kept/).first().waitFor();
      const report = (await read('/road_report?limit=1')).items[0];
      const road = (await read(`/area/roads?row=${report.fields.road.value}`)).items[0];
      assert.equal(road.name.en, 'Dazhuang Bridge');
      assert.equal(report.fields.place.value, '990102100201');
      await p.goto(`${node.base}/#/event`);
      await p.locator('#panel-7').getByText(/X001 Dazhuang Bridge · Dazhuang Village/).waitFor();
      assert.deepEqual(p.faults, []);
    });
  });
}
