// Made-up answers in the shapes of docs/api-shapes.md, for working on the pages without a node.
// The place codes begin with 99: nobody's county.
export const NOW = '2026-11-22T18:55:08Z';
const at = (hhmm, day = 22) => {
  const [h, m] = hhmm.split(':').map(Number);
  return new Date(Date.UTC(2026, 10, day, h - 8 + 24, m)).toISOString().replace('.000Z', 'Z');
};
// Times of the night of 23 November at +08:00.
export const t = (hhmm) => at(hhmm, 22);
const two = (zh, en) => ({ zh, en });

export const fig = (value, o = {}) => ({
  value,
  low: o.low ?? null,
  high: o.high ?? null,
  unit: o.unit ?? 'person',
  status: o.status ?? (value === null ? 'unknown' : 'known'),
  source: o.source
    ? { kind: 'dataset', ref: 'dataset:1', name: o.source, op: null, by: o.by ?? null }
    : null,
  observed_at: o.at ?? null,
  received_at: o.received ?? null,
  age_limit_s: o.limit ?? null,
});
const survey = { source: two('普查 2023', 'survey 2023'), at: '2023-11-01T00:00:00Z', limit: 157680000 };
const health = { source: two('卫健 10-31', 'health 10-31'), at: '2026-10-31T00:00:00Z', limit: 2592000 };
const roads = { source: two('路况', 'road report'), at: t('02:51'), limit: 7200 };

export const session = (account) => ({
  signed_in: Boolean(account),
  account: account ?? null,
  post: account ? accounts.find((a) => a.account === account)?.post : null,
  person: account ? accounts.find((a) => a.account === account)?.person : null,
  place: '990101000000',
  place_name: '澜江县',
  rank: 40,
  acts: ['response.propose', 'relief_plan.make', 'relief_plan.approve', 'task.issue', 'danger.find'],
  node: {
    place: '990101000000', place_name: '澜江县', exercise: true, seed: 7,
    scenario: two('清溪流域暴雨山洪', 'Qingxi flood'), version: '0.1.0',
  },
  clock: { now: NOW, rate: 1 },
  accounts,
});

export const accounts = [
  { account: 'county.duty', post: two('县应急值班员', 'County duty officer'), person: '李敏', place_name: '澜江县' },
  { account: 'county.head', post: two('县长', 'County head'), person: '王建国', place_name: '澜江县' },
  { account: 'county.transport', post: two('交通局值班', 'Transport duty'), person: '林涛', place_name: '澜江县' },
  { account: 'qingxi.duty', post: two('清溪镇值班', 'Qingxi township duty'), person: '陈志', place_name: '清溪镇' },
  { account: 'longtan.duty', post: two('龙潭乡值班', 'Longtan township duty'), person: '赖明', place_name: '龙潭乡' },
];

const field = (value, o = {}) => ({
  status: value === null ? 'none' : 'set', value, winners: ['aa11'], aside: o.aside ?? [], incomplete: [],
  by: o.by ?? '李敏', post: null, place: '990101000000', happened_at: null,
  observed_at: o.at ?? t('02:31'), entered_at: o.at ?? t('02:31'), received_at: o.at ?? t('02:31'),
});

export const ALERT = 'a1ert00000000000';
export const EVENT = 'e0723000000000ab';
export const alert = {
  kind: 'alert', id: ALERT, ref: `alert:${ALERT}`, name: '红色暴雨预警', state: 'Active',
  fields: {
    identifier: field('99.1.2026.11.23.0240'), sender: field('met@9901'),
    sender_name: field('澜江县气象台'), sent_at: field(t('02:31')), status: field('Exercise'),
    message: field('Alert'), colour: field('red'), hazard_kind: field('weather'),
    onset_at: field(t('02:40')), expires_at: field(t('05:40')),
    infos: field([
      {
        language: 'zh-CN', event: '暴雨', headline: '澜江县气象台发布暴雨红色预警',
        description: '过去 3 小时清溪、龙潭、西林、石门、上坪 5 个乡镇降雨量已达 112 毫米,预计未来 3 小时持续。',
        instruction: '危险区人员立即转移。', sender_name: '澜江县气象台',
        areas: [{ description: '清溪、龙潭、西林、石门、上坪 5 个乡镇' }],
        parameters: [{ name: 'rain_3h_mm', value: '112' }],
      },
      {
        language: 'en', event: 'Rainstorm', headline: 'Red rainstorm warning, Lanjiang county',
        description: 'More than 112 mm in three hours over five townships; it goes on for three hours.',
        instruction: 'Move people out of danger zones now.', sender_name: 'Lanjiang weather office',
        areas: [{ description: 'Qingxi, Longtan, Xilin, Shimen, Shangping' }], parameters: [],
      },
    ]),
  },
  heads: ['aa11'], disputes: 0, acts: [], created_at: t('02:31'), changed_at: t('02:31'),
};
const ring = (cx, cy, rx, ry, n = 40) =>
  Array.from({ length: n + 1 }, (_, i) => {
    const a = (i / n) * Math.PI * 2;
    const wob = 1 + 0.12 * Math.sin(a * 3) + 0.06 * Math.cos(a * 5);
    return [cx + Math.cos(a) * rx * wob, cy + Math.sin(a) * ry * wob];
  });
const C = [118.2, 30.3];
export const outer = ring(C[0], C[1], 0.16, 0.11);
export const inner = ring(C[0] + 0.02, C[1] + 0.01, 0.07, 0.05);
export const event = {
  kind: 'event', id: EVENT, ref: `event:${EVENT}`, name: '清溪流域暴雨山洪、滑坡', state: 'Open',
  fields: {
    title: field('清溪流域暴雨山洪、滑坡'), hazard: field('flood'), place: field('990101000000'),
    alert: field(`alert:${ALERT}`), happened_at: field(t('02:31')),
    footprint: field([[outer]]), number: field('E-0723'),
  },
  heads: ['bb22'], disputes: 0, acts: [{ verb: 'change', to: null, allowed: true, refusal: null }], created_at: t('02:31'), changed_at: t('02:52'),
};
const est = (v, pct, o) => fig(v, {
  ...o, status: 'estimated', low: Math.round(v * (1 - pct)), high: Math.round(v * (1 + pct)),
});
const cutNames = [['石门村', 'Shimen'], ['龙潭村', 'Longtan'], ['上坪村', 'Shangping']];
export const impact = {
  event: `event:${EVENT}`, footprint: [[outer]], dataset_as_of: '2026-11-01T00:00:00Z',
  people: est(38420, 0.06, survey),
  groups: [
    { key: 'over_65', figure: est(6912, 0.08, survey) },
    { key: 'under_5', figure: est(1870, 0.1, health) },
    { key: 'pregnant', figure: fig(214, health) },
    { key: 'bedridden', figure: fig(163, { source: two('村名册', 'village list'), at: t('02:51').replace('11-22', '11-20') }) },
  ],
  buildings: est(4208, 0.04, { ...survey, unit: 'building' }),
  structures: [
    { key: 'brick_wood', figure: est(1502, 0.04, { ...survey, unit: 'building' }) },
    { key: 'earth', figure: est(233, 0.04, { ...survey, unit: 'building' }) },
  ],
  sites: [
    { key: 'school', figure: fig(9, { source: two('教育 09-01', 'education 09-01'), at: '2026-09-01T00:00:00Z', limit: 2592000, unit: 'site' }), list: [] },
    { key: 'hospital', figure: fig(2, { source: two('卫健', 'health'), at: '2026-10-31T00:00:00Z', unit: 'site' }), list: [] },
  ],
  enterprises: fig(14, { source: two('隐患库', 'danger register'), at: t('02:43'), unit: 'enterprise' }),
  enterprise_list: [],
  open_major_dangers: fig(3, { source: two('隐患库', 'danger register'), at: t('02:43'), unit: 'item' }),
  road_m: fig(212400, { ...survey, unit: 'metre' }),
  bridges: fig(37, { ...survey, unit: 'bridge' }),
  villages: fig(42, { ...survey, unit: 'village' }),
  village_list: [],
  cut_off: { figure: fig(3, { ...roads, unit: 'village' }), list: cutNames.map(([zh, en], i) => ({ place: `99010100100${i}`, name: zh, pinyin: en, people: est(900, 0.1, survey), position: [C[0] - 0.06 + i * 0.05, C[1] + 0.03], since: t('02:40'), road: 'cut', network: 'cut', power: 'cut', last_word_at: t('01:12') })), townships: { figure: fig(null, { ...roads, unit: 'township' }), list: [] } },
  casualties: { dead: fig(null), missing: fig(null), dead_missing: fig(null, { unit: 'person' }) },
  moved: est(1240, 0.065, { source: two('乡镇', 'townships'), at: t('02:48'), limit: 21600 }),
  warning: { level: 'red', hazard: 'weather', townships: 5, ref: `alert:${ALERT}` }, elapsed_ms: 41,
};
const cell = (input, zh, en, condition, unit, figure, truth) => ({ input, name: two(zh, en), condition, unit, figure, truth });
const row = (level, clause, zh, en, truth, c, missing = []) => ({ level, clause, text: two(zh, en), truth, counted: true, cells: [c], missing, source: 'lanjiang-flood.toml 2025-2' });
export const level = {
  response: null, hazard: 'flood', place: '990101000000',
  in_force: null,
  proposal: {
    table: 'lanjiang_flood', version: '2025-2', hash: '9f3c', name: two('县防汛预案 2025-2 版', 'county flood plan 2025-2'),
    level: 2, met: 2, not_met: 1, undetermined: 1, if_undetermined: 1,
    rows: [
      row(1, '§5.1(1)', '死亡+失踪 ≥3 人', 'dead and missing ≥ 3', 'undetermined',
        cell('dead_missing', '死亡+失踪', 'dead and missing', '>= 3', 'person', fig(null), 'undetermined'), ['dead_missing']),
      row(2, '§5.1(2)', '红色暴雨预警覆盖 ≥3 乡镇', 'red rainstorm signal over ≥ 3 townships', 'met',
        cell('townships', '红色预警乡镇', 'townships under red', '>= 3', 'township', fig(5, { source: two('气象台', 'weather office'), at: t('02:40'), unit: 'township' }), 'met')),
      row(2, '§5.1(3)', '紧急转移 ≥5,000 人', 'moved ≥ 5,000', 'not_met',
        cell('moved', '转移人数', 'people moved', '>= 5000', 'person', impact.moved, 'not_met')),
      row(2, '§5.1(4)', '断路断网断电村 ≥3', 'cut-off villages ≥ 3', 'met',
        cell('cut_off_villages', '断路断网断电村', 'cut-off villages', '>= 3', 'village', impact.cut_off.figure, 'met')),
    ],
  },
  above: [],
  consequences: { tasks: 38, bodies: 14, calls: 214 },
  may_approve: false, may_enter_heard: true,
  approvers: [{ account: 'county.head', ref: 'post:c000000000000001', person: '王建国', post: two('县长', 'County head'), phone: '0990-2210001' }],
};
const towns = [
  ['清溪', 'Acknowledged'], ['河口', 'Acknowledged'], ['北埔', 'Answered'], ['云岭', 'ActionReported'],
  ['龙潭', 'NoAnswer'], ['石门', 'ChannelDown'], ['上坪', 'ChannelDown'], ['南坑', 'Acknowledged'],
  ['双桥', 'Delivered'], ['大田', 'Acknowledged'], ['水口', 'Acknowledged'], ['东山', 'Acknowledged'],
  ['西林', 'NoAnswer'], ['新圩', 'Acknowledged'], ['三江', 'ActionReported'], ['白沙', 'Acknowledged'],
  ['高岭', 'Delivered'], ['沙田', 'Acknowledged'],
];
export const calls = {
  total: 18, acknowledged: 10, acted: 2, silent: 2, cut: 2,
  cells: towns.map(([n, s], i) => ({
    ref: `callout:c${String(i).padStart(15, '0')}`, post: two('乡镇值班', 'township duty'), person: `${n}值班`,
    place: `9901010${String(i).padStart(2, '0')}000`, place_name: n, phone: `0990-22100${10 + i}`, state: s,
    tries: s === 'NoAnswer' ? 3 : 1, since: t('02:43'), deputy: { person: '赖', phone: '13900000000' },
    acts: [{ verb: 'answer', to: 'Answered', allowed: true, refusal: null }],
  })),
};
const ladder = (n) => ['Issued', 'Delivered', 'Read', 'Accepted', 'Done', 'Verified'].slice(0, n).map((step) => ({ step, at: t('02:50'), by: step === 'Delivered' ? null : '李敏' }));
const task = (i, name, dzh, den, clause, deadline, n, late = false, state = 'Issued') => ({
  kind: 'task', id: `t${String(i).padStart(15, '0')}`, ref: `task:t${String(i).padStart(15, '0')}`, name, state,
  fields: { what: field(name) }, heads: ['cc'], disputes: 0,
  acts: [
    { verb: 'accept', to: 'Accepted', allowed: true, refusal: null },
    { verb: 'decline', to: 'Declined', allowed: true, refusal: null },
    { verb: 'unable', to: 'Unable', allowed: true, refusal: null },
    { verb: 'done', to: 'Done', allowed: n >= 4, refusal: n >= 4 ? null : 'edge' },
  ],
  created_at: t('02:40'), changed_at: t('02:50'), department: two(dzh, den), clause, deadline: deadline ? t(deadline) : null,
  ladder: ladder(n), late,
});
export const tasks = {
  total: 38, open: 30, late: 1, done: 0, verified: 8,
  items: [
    task(1, '转移龙潭片 412 人', '清溪镇·陈', 'Qingxi · Chen', '§4.4', '02:53', 3, true),
    task(2, '抢通 X204 K12', '交通局·林', 'Transport · Lin', '§4.4', '03:13', 4),
    task(3, '开 6 处避难场所', '民政局·何', 'Civil affairs · He', '§4.4', '03:36', 4),
    task(4, '卫星电话送石门', '消防·三中队', 'Fire · 3rd', '§4.4', '03:04', 2),
    task(5, '停产检查 14 企', '应急局·吴', 'Emergency · Wu', '§4.4', '04:47', 3),
    task(6, '初报市应急局', '值班·李敏', 'Duty · Li Min', '§6', '03:13', 5),
  ],
};
const force = (i, name, kind, people, way, eta, o = {}) => ({
  ref: `team:f${String(i).padStart(15, '0')}`, name, kind, capability: o.cap ?? ['water_rescue'], people, boats: o.boats ?? null,
  way, eta_s: eta, eta_doubtful_s: o.doubt ?? null, route_m: 24000, route: [], readiness: o.readiness ?? '30 min', state: o.state ?? 'Ready',
  commanded_here: o.ours ?? true, request_to: o.ours === false ? { account: 'prov.duty', name: '省应急厅' } : null, limits: o.limits ?? [],
});
export const forces = { items: [
  force(1, '消防三中队', 'fire', 12, 'road', 2280, { boats: 2 }),
  force(2, '县水上救援', 'rescue', 8, 'water', 3120, { boats: 3 }),
  force(3, '民兵连', 'militia', 45, 'foot', 4200, { ours: false }),
  force(4, '武警工兵', 'armed_police', 30, 'road', 8400, { ours: false }),
  force(5, '省直升机', 'helicopter', 4, 'air', 9600, { ours: false, doubt: 12000 }),
] };
const stop = (name, a, d, packs) => ({ place: '990101001', name, arrive: t(a), depart: t(d), load: [], unload: [{ item: 'water', packs }] });
const depot = (d) => ({ place: '990101000', name: '县库', arrive: t(d), depart: t(d), load: [{ item: 'water', packs: 300 }], unload: [] });
export const relief = {
  plan: 'relief_plan:p000000000000001', state: 'Checked',
  checked: { accepted: true, violations: [], metrics: {} }, lowest_share_ppm: 620000,
  lowest: [{ place: '990101001003', name: '龙潭', share_ppm: 620000, why: { code: 'way-full', way: 'ferry' } }],
  routes: [
    { vehicle: 'equipment:v1', name: '货车 07', way: 'road', stops: [depot('03:18'), stop('清溪', '04:40', '04:50', 312)] },
    { vehicle: 'equipment:v2', name: '货车 12', way: 'road', stops: [depot('03:32'), stop('北埔', '05:05', '05:10', 208)] },
    { vehicle: 'equipment:v3', name: '冲锋舟 2', way: 'water', stops: [depot('03:45'), stop('龙潭', '05:05', '05:15', 96)] },
    { vehicle: 'equipment:v4', name: '徒步 3 组', way: 'foot', stops: [depot('03:22'), stop('石门', '05:25', '05:30', 60)] },
    { vehicle: 'equipment:v5', name: '直升机', way: 'air', stops: [depot('05:15'), stop('上坪', '05:50', '06:00', 40)] },
  ],
  unserved: [{ place: '990101001003', name: '龙潭', commodity: 'water', packs: 312, reason: { code: 'way-full' } }],
  orders: 44, starts_at: t('03:00'), elapsed_ms: 610,
};
const point = (lon, lat, properties) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties });
const fc = (features) => ({ type: 'FeatureCollection', features });
export const map = {
  footprint: fc([{ type: 'Feature', geometry: { type: 'Polygon', coordinates: [outer] }, properties: { ref: 'event:1', name: '', kind: 'event', colour: 'orange', observed_at: t('02:52') } }]),
  alerts: fc([{ type: 'Feature', geometry: { type: 'Polygon', coordinates: [inner] }, properties: { ref: 'alert:1', name: '', kind: 'alert', colour: 'red', observed_at: t('02:40') } }]),
  road_states: fc([point(C[0] - 0.09, C[1] - 0.02, { name: 'S310', kind: 'road_report', state: 'closed', observed_at: t('02:41') }), point(C[0] + 0.03, C[1], { name: 'X204 K12', kind: 'road_report', state: 'closed', observed_at: t('02:51') })]),
  cut_off: fc(cutNames.map(([name], i) => point(C[0] - 0.05 + i * 0.05, C[1] + 0.04 - i * 0.02, { name, kind: 'village', state: 'cut', observed_at: t('02:51') }))),
  villages: fc([]), sites: fc([point(C[0] + 0.1, C[1] - 0.05, { name: '北埔卫生院', kind: 'hospital' })]),
  enterprises: fc([point(C[0] - 0.02, C[1] - 0.05, { name: '宏达化工', kind: 'enterprise', open_major: 1 })]),
  teams: fc([point(C[0] + 0.05, C[1] - 0.08, { name: '消防三中队', kind: 'team', state: 'Ready', observed_at: t('02:50') }), point(C[0] - 0.12, C[1] - 0.09, { name: '县水上救援', kind: 'boat', state: 'Ready', observed_at: t('02:50') })]),
  shelters: fc([point(C[0] + 0.13, C[1] - 0.06, { name: '北埔中学', kind: 'shelter' })]), landings: fc([]),
};
export const area = { place: '990101000000', name: '澜江县', pinyin: 'Lanjiang', bounds: [117.9, 30.1, 118.5, 30.5], townships: towns.map(([name], i) => ({ place: `9901010${String(i).padStart(2, '0')}000`, name, centre: [118 + i * 0.02, 30.2] })), villages: 300, layers: [{ layer: 'roads', hash: 'aa', rows: 30000, as_of: '2026-11-01T00:00:00Z', source: two('演练', 'exercise') }] };
export const places = [
  { place: area.place, name: area.name, pinyin: area.pinyin, parent: null, level: 3 },
  ...area.townships.map((x) => ({ place: x.place, name: x.name, pinyin: 'Township', parent: area.place, level: 4 })),
];
const opRow = (i) => ({ id: `op${String(i).padStart(6, '0')}`, log: 'log1', seq: i, kind: ['task', 'alert', 'road_report', 'callout'][i % 4], entity: `task:t${String(i % 6).padStart(15, '0')}`, verb: ['issue', 'accept', 'report', 'answer'][i % 4], account: 'county.duty', person: '李敏', place: '990101000000', place_name: '澜江县', happened_at: null, observed_at: t('02:40'), entered_at: t('02:54'), received_at: t('02:54'), state: 'folded', reason: null, title: two('签发任务 抢通 X204 K12', 'Issue task: open X204 km 12') });
export const ops = { items: Array.from({ length: 100 }, (_, i) => opRow(1284 - i)), next: '1184', total: 1284 };
export const op = (id) => ({ ...opRow(1), id, header: { kind: 'task', verb: 'issue', log: 'log1', seq: 1 }, header_hex: 'a4010203', body: { what: '抢通 X204 K12' }, body_hex: 'a10118', signature_hex: 'ff'.repeat(64), signature_good: true, author_key: 'ab'.repeat(32), seen: ['op000000'], replaced_by: [] });
export const verify = { good: true, ops: 1284, logs: 9, first_bad: null, heads: 'ab'.repeat(32), views: 'cd'.repeat(32), checkpoint: { at: t('02:00'), op: 'op000900' }, elapsed_ms: 88 };
export const disputes = { items: [{ ref: 'situation:s000000000000001', kind: 'situation', name: '3 号避难场所', field: 'people', holds: { value: 412, op: 'op1', by: '看守员 何伟', place: '990101001', observed_at: t('02:10'), received_at: t('02:12') }, aside: [{ value: 430, op: 'op2', by: '医疗队 孙', place: '990101001', reason: 'concurrent', observed_at: t('02:05'), received_at: t('02:49'), seen_each_other: false }], may_settle: true }] };
export const mine = { calls: calls.cells.slice(4, 5), tasks: tasks.items.slice(0, 3), orders: [], reports_due: [{ event: `event:${EVENT}`, name: event.name, stage: 'first', due_at: t('03:13') }] };
export const report = { number: 1, stage: 'first', due_at: t('03:13'), fields: { received_at: { value: t('02:31'), filled_by: 'system' }, told_by: { value: '澜江县气象台', filled_by: 'system' }, time_place: { value: '11-23 02:31 澜江县清溪流域', filled_by: 'system' }, course: { value: '红色暴雨预警,5 个乡镇;断村 3 个', filled_by: 'system' }, dead: { value: null, filled_by: null }, missing: { value: null, filled_by: null }, steps: { value: null, filled_by: null } } };
export const exercise = { seed: 7, size: 'county', name: two('清溪流域暴雨山洪', 'Qingxi flood'), clock: { now: NOW, rate: 1 }, steps: [{ key: 'open', title: two('打开事件', 'Open the event'), press: 'Enter', done: true }, { key: 'approve', title: two('批准建议的响应级别', 'Approve the proposed level'), press: 'A', done: false }] };
export const replan = { plan: 'relief_plan:p2', previous: 'relief_plan:p1', kept: 41, changed: 3, forced: 2, gone: 0, gains: [], losses: [{ place: '1', name: '龙潭', packs: 20 }], starts_at: t('03:00'), changes: [{ order: '990101001001/all/water/e1', name: two('龙潭村', 'Longtan'), vehicle: two('冲锋舟 2', 'Boat 2'), from: null, to: { packs: 76, start_s: 3240 }, forced: false }, { order: '990101001001/all/water/e2', name: two('龙潭村', 'Longtan'), vehicle: two('货车 07', 'Truck 07'), from: { packs: 96, start_s: 2400 }, to: null, forced: true }], checked: { accepted: true, violations: [] } };
export const kinds = { kinds: [
  { kind: 'alert', name: two('预警', 'Alert'), states: [{ name: 'Active', zh: '生效', en: 'Active' }], verbs: [], fields: [{ name: 'status', shape: { type: 'code' }, zh: '性质', en: 'Status', codes: { Exercise: two('演练', 'Exercise') } }, { name: 'sent_at', shape: { type: 'instant' }, zh: '发布时间', en: 'Sent' }, { name: 'expires_at', shape: { type: 'instant' }, zh: '失效', en: 'Expires' }, { name: 'onset_at', shape: { type: 'instant' }, zh: '起始', en: 'Onset' }], refusals: {} },
  { kind: 'task', name: two('任务', 'Task'), states: [{ name: 'Issued', zh: '已签发', en: 'Issued' }], verbs: [{ name: 'accept', zh: '接受', en: 'Accept' }, { name: 'decline', zh: '不接', en: 'Decline', needs: ['note'] }, { name: 'unable', zh: '办不到', en: 'Cannot', needs: ['note'] }, { name: 'done', zh: '办结', en: 'Done' }], fields: [{ name: 'note', shape: { type: 'text' }, zh: '说明', en: 'Note' }], refusals: {} },
  { kind: 'road_report', name: two('路况', 'Road report'), states: [], verbs: [{ name: 'report', zh: '上报', en: 'Report', needs: ['road', 'condition'], may: ['note'] }], fields: [{ name: 'road', shape: { type: 'text' }, zh: '哪条路', en: 'Road' }, { name: 'condition', shape: { type: 'code' }, zh: '路况', en: 'Condition', codes: { closed: two('断', 'closed'), open: two('通', 'open') } }, { name: 'note', shape: { type: 'text' }, zh: '说明', en: 'Note' }], refusals: {} },
] };
export const road = { kind: 'road_report', id: 'r000000000000001', ref: 'road_report:r000000000000001', name: 'X204 K12', state: 'Live', fields: { label: field('X204 K12'), status: field('closed'), observed_at: field(t('02:51')) }, heads: [], disputes: 0, acts: [], created_at: t('02:51'), changed_at: t('02:51') };
