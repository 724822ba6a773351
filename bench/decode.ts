/**
 * How fast one core decodes incidents of about 700 bytes, ajv included, beside the limit: UTF-8 and JSON.parse alone. CPU time is
 * counted, so that a busy machine disturbs less. `npm run bench -- decode [--json]`; after it, `node --cpu-prof dist/bench/decode.js` says
 * where the time goes.
 */
import 'reflect-metadata';
import { decode, type RawRecord } from '@vong-gac/contracts';

const BATCH = 5_000;
const ROUNDS = 41;
const NOW = Date.UTC(2026, 1, 14, 15, 0, 0);

interface Contender {
  name: string;
  data(i: number): object;
  binary?: true;
  work(record: RawRecord): unknown;
}

const ordinary = (i: number): object => ({
  siteId: 'dai-lai',
  category: i % 3 === 0 ? 'violence.fight' : 'security.theft',
  occurredAt: new Date(NOW - i * 1_000).toISOString(),
  status: 'Actual',
  severity: 'Moderate',
  urgency: 'Immediate',
  certainty: 'Observed',
  verification: i % 5,
  zone: 'stage',
  location: { lat: 21.33 + i / 1e6, lon: 105.715 },
  description: `Khách báo mất túi xách cạnh sân khấu trong lúc xem biểu diễn, bên trong có điện thoại và giấy tờ; bảo vệ đang xem lại camera số ${i}.`,
  injured: 0,
  involved: i % 7,
  weapon: false,
});

function decodeOrFail(record: RawRecord): void {
  const decoded = decode(record);
  if (decoded.outcome !== 'event') throw new Error(decoded.detail);
}

const CONTENDERS: Contender[] = [
  { name: 'limit', data: ordinary, work: ({ value }) => JSON.parse(value?.toString('utf8') ?? '') },
  { name: 'product', data: ordinary, work: decodeOrFail },
  { name: 'binary', data: ordinary, binary: true, work: decodeOrFail },
  { name: 'oneDefect', data: (i) => ({ ...ordinary(i), injured: 'two' }), work: decodeOrFail },
];

function recordOf(shape: Contender, i: number): RawRecord {
  const attributes = {
    specversion: '1.0',
    id: `7f3c2a10-9b1e-4c55-8d21-${String(i).padStart(12, '0')}`,
    source: '/sites/dai-lai/security',
    type: 'vn.vonggac.incident.reported.v1',
    time: new Date(NOW - i * 900).toISOString(),
  };
  const text = (value: string): Buffer => Buffer.from(value);
  if (shape.binary) {
    const headers = Object.entries(attributes).map(([name, value]) => [`ce_${name}`, text(value)] as const);
    return { timestamp: NOW, value: text(JSON.stringify(shape.data(i))), headers: [['content-type', text('application/json')], ...headers] };
  }
  const value = text(JSON.stringify({ ...attributes, datacontenttype: 'application/json', data: shape.data(i) }));
  return { timestamp: NOW, value, headers: [['content-type', text('application/cloudevents+json; charset=utf-8')]] };
}

/** Calls per second of CPU of one round. */
function rate(records: readonly RawRecord[], work: Contender['work']): number {
  const before = process.cpuUsage();
  for (const each of records) work(each);
  const { user, system } = process.cpuUsage(before);
  return (records.length * 1e6) / (user + system);
}

const measured = CONTENDERS.map((contender) => ({ contender, records: Array.from({ length: BATCH }, (_, i) => recordOf(contender, i)), rates: Array<number>() }));
// In turn, round by round: the machine's speed drifts.
for (let round = 0; round < ROUNDS; round++) for (const { contender, records, rates } of measured) rates.push(rate(records, contender.work));

const contenders = Object.fromEntries(
  measured.map(({ contender, records, rates }) => {
    const sorted = rates.map(Math.round).sort((a, b) => a - b);
    const bytes = Math.round(records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) / BATCH);
    return [contender.name, { eventsPerSecond: sorted[(ROUNDS - 1) / 2] ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0, bytes }];
  }),
);
const ratio = (contenders.product?.eventsPerSecond ?? 0) / (contenders.limit?.eventsPerSecond ?? 1);

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ name: 'decode', rounds: ROUNDS, contenders, ratio }));
} else {
  for (const [name, { eventsPerSecond, min, max, bytes }] of Object.entries(contenders)) {
    console.log(`${name}: ${eventsPerSecond.toLocaleString('en')} events/s of CPU (${min.toLocaleString('en')} to ${max.toLocaleString('en')}), ${bytes} bytes`);
  }
}
