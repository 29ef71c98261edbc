// The pages over the mock, for a file of tests: started before, stopped after; any free port, so that
// two runs on one machine do not meet.
import { after, before } from 'node:test';
import { launch } from './browser.mjs';
import { start } from './mock/server.mjs';

/** Where the pages are and the browser that opens them; both stand once the tests run. */
export function mocked() {
  const at = { base: '', browser: undefined };
  let server;
  before(async () => {
    server = await start(0);
    at.base = `http://127.0.0.1:${server.address().port}`;
    at.browser = await launch();
  });
  after(async () => {
    await at.browser?.close();
    server?.closeAllConnections();
    server?.close();
  });
  return at;
}
