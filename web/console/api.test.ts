// A session that is too old for an approval: renewed, and the act goes again under its own key.
import { afterEach, expect, test, vi } from 'vitest';
import { api, Problem, whenOld } from './api.ts';

interface Sent {
  path: string;
  key: string | null;
  body: unknown;
}

/** Answers each call with the next of these; what was sent is kept. */
function answering(...answers: [number, unknown][]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const [status, json] = answers[sent.length] ?? [500, {}];
    sent.push({ path, key: new Headers(init.headers).get('idempotency-key'), body: init.body });
    return Promise.resolve(new Response(JSON.stringify(json), { status }));
  });
  return sent;
}

const old: [number, unknown] = [403, { code: 'needs-reauth', title: { zh: '', en: 'old' } }];
const done: [number, unknown] = [200, { response: 'response:1', tasks: [], calls: [] }];

afterEach(() => vi.unstubAllGlobals());

test('the same request goes again under the same key once the session is renewed', async () => {
  const sent = answering(old, done);
  whenOld(() => Promise.resolve(true));
  const answer = await api.approve('e1', { level: 3 }, 'key-1');
  expect(answer.response).toBe('response:1');
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  expect(sent[0]?.key).toBe('key-1');
});

test('nothing goes again where nobody gave the password, and no more than once', async () => {
  let sent = answering(old, done);
  whenOld(() => Promise.resolve(false));
  await expect(api.approve('e1', { level: 3 }, 'key-2')).rejects.toBeInstanceOf(Problem);
  expect(sent).toHaveLength(1);
  sent = answering(old, old, done);
  whenOld(() => Promise.resolve(true));
  await expect(api.approve('e1', { level: 3 }, 'key-3')).rejects.toMatchObject({ code: 'needs-reauth' });
  expect(sent).toHaveLength(2);
});

test('another refusal asks for no password', async () => {
  const sent = answering([403, { code: 'no-right' }], done);
  whenOld(() => Promise.reject(new Error('asked')));
  await expect(api.approve('e1', { level: 3 }, 'key-4')).rejects.toMatchObject({ code: 'no-right' });
  expect(sent).toHaveLength(1);
});
