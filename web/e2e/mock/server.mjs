// A stand-in for the node while working on the pages alone: made-up answers, signed by nobody.
// It is no part of the program: pages.test.mjs uses it for what concerns pages alone (access, keys,
// overflow, print); what the program does is tested against the program, in node.test.mjs.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import * as d from './data.mjs';

const dist = join(import.meta.dirname, '../../dist');
const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript',
  '.css': 'text/css', '.woff2': 'font/woff2', '.json': 'application/json',
};
const streams = new Set();

function api(path, method, cookies, body) {
  const account = /account=([\w.]+)/.exec(cookies ?? '')?.[1];
  const step = /^\/event\/[^/]+\/(.+)$/.exec(path)?.[1];
  if (path === '/session' && method === 'POST') {
    return { json: d.session(body.account), cookie: `account=${body.account}; Path=/` };
  }
  if (path === '/session' && method === 'DELETE') return { json: null, cookie: 'account=; Path=/' };
  if (path === '/session') return { json: d.session(account) };
  if (path === '/commands') return { json: { ref: `${body.entity}:n000000000000001`, ops: [], replayed: false } };
  const steps = {
    impact: d.impact, level: d.level, calls: d.calls, tasks: d.tasks, forces: d.forces,
    relief: d.relief, map: d.map, report: d.report, replan: method === 'GET' ? { fresh: false, draft: null } : d.replan, needs: { lines: [], totals: [] },
    approve: { response: 'response:1', tasks: [], calls: [] }, 'relief/issue': { plan: '', orders: [] },
  };
  if (step && steps[step]) return { json: steps[step] };
  const page = (items) => ({ items, next: null, total: items.length });
  const fixed = {
    '/kinds': d.kinds, '/alert': page([d.alert]), '/event': page([d.event]), '/ops': d.ops,
    '/verify': d.verify, '/logs/forked': { items: [] }, '/disputes': d.disputes, '/mine': d.mine, '/area': d.area,
    '/area/places': { items: d.places }, '/area/roads': { items: [], total: 0 }, '/contacts': { items: [] },
    '/exercise': d.exercise, '/exercise/clock': {}, '/report': page([]), '/casualty': page([]),
    '/road_report': page([d.road]),
  };
  if (fixed[path]) return { json: fixed[path] };
  if (path === `/event/${d.EVENT}`) return { json: d.event };
  if (path === `/alert/${d.ALERT}`) return { json: d.alert };
  if (path.startsWith('/ops/')) return { json: d.op(path.slice(5)) };
  // A kind that nothing is made up for here: a list of none, as of a new node.
  if (method === 'GET' && /^\/[a-z_]+$/.test(path)) return { json: page([]) };
  return undefined;
}

export function start(port = 8400) {
  const server = createServer(async (req, res) => {
    const url = new URL(req.url, 'http://x');
    if (url.pathname.startsWith('/api/v1/tiles/')) return res.writeHead(204).end();
    if (url.pathname === '/api/v1/stream') {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(`event: clock\ndata: ${JSON.stringify({ now: d.NOW, rate: 1 })}\n\n`);
      streams.add(res);
      return req.on('close', () => streams.delete(res));
    }
    if (url.pathname.startsWith('/api/v1')) {
      let text = '';
      for await (const chunk of req) text += chunk;
      const found = api(url.pathname.slice(7), req.method, req.headers.cookie, text ? JSON.parse(text) : {});
      res.writeHead(found ? 200 : 404, {
        'content-type': 'application/json',
        ...(found?.cookie ? { 'set-cookie': found.cookie } : {}),
      });
      return res.end(JSON.stringify(found ? found.json : { title: { zh: '没有这一项', en: 'There is no such thing' } }));
    }
    const file = normalize(url.pathname === '/' ? '/index.html' : url.pathname);
    try {
      const data = await readFile(join(dist, file));
      res.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
      return res.end(data);
    } catch {
      return res.writeHead(404).end();
    }
  });
  return new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => ready(server));
  });
}

export function announce(kind, id) {
  for (const s of streams) s.write(`event: change\ndata: ${JSON.stringify({ kind, id })}\n\n`);
}

if (process.argv[1] === import.meta.filename) {
  await start(Number(process.env.PORT ?? 8401));
  console.log('http://127.0.0.1:8401');
}
