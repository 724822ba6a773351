/**
 * How fast one core decodes: incidents of about 700 bytes, ajv and digest included. Prints one line per shape of event, and beside it what
 * UTF-8 and JSON.parse alone take of the same bytes. CPU time is counted, so that a busy machine disturbs less.
 * `npm run build && node --cpu-prof dist/bench/decode.js` says where the time goes.
 */
import 'reflect-metadata';
import { decode, type RawRecord } from '@vong-gac/contracts';

const BATCH = 5_000;
const ROUNDS = 40;
const NOW = Date.UTC(2026, 1, 14, 15, 0, 0);

interface Shape {
  name: string;
  data(i: number): object;
  binary?: true;
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

const SHAPES: Shape[] = [
  { name: 'structured', data: ordinary },
  { name: 'binary', data: ordinary, binary: true },
  { name: 'structured, one defect', data: (i) => ({ ...ordinary(i), injured: 'two' }) },
];

function record(shape: Shape, i: number): RawRecord {
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

/** Median calls per second of CPU. */
function rate(records: readonly RawRecord[], work: (record: RawRecord) => void): number {
  const rates = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (const each of records) work(each);
    const { user, system } = process.cpuUsage(before);
    return (records.length * 1e6) / (user + system);
  });
  return rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

function decodeOrFail(record: RawRecord): void {
  const decoded = decode(record);
  if (decoded.outcome !== 'event') throw new Error(decoded.detail);
}

const figure = (value: number): string => Math.round(value).toLocaleString('en');

for (const shape of SHAPES) {
  const records = Array.from({ length: BATCH }, (_, i) => record(shape, i));
  const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) / BATCH;
  const floor = rate(records, ({ value }) => JSON.parse(value?.toString('utf8') ?? ''));
  console.log(`${shape.name}: ${figure(rate(records, decodeOrFail))} decodes/s of CPU, ${figure(bytes)} bytes; JSON.parse alone ${figure(floor)}/s`);
}
