/**
 * How fast one core decodes: structured incidents of about 700 bytes, ajv and digest included. Prints one line per shape of event.
 * `npm run build && node --cpu-prof dist/bench/decode.js` says where the time goes.
 */
import 'reflect-metadata';
import { decode, type RawRecord } from '@vong-gac/contracts';

const BATCH = 5_000;
const ROUNDS = 12;
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

for (const shape of SHAPES) {
  const records = Array.from({ length: BATCH }, (_, i) => record(shape, i));
  const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) / BATCH;
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = process.hrtime.bigint();
    for (const each of records) {
      const decoded = decode(each);
      if (decoded.outcome !== 'event') throw new Error(decoded.detail);
    }
    rates.push((BATCH * 1e9) / Number(process.hrtime.bigint() - started));
  }
  const median = rates.sort((a, b) => a - b)[ROUNDS / 2] ?? 0;
  console.log(`${shape.name}: ${Math.round(bytes)} bytes, ${Math.round(median).toLocaleString('en')} decodes/s (median of ${ROUNDS} rounds, ${Math.round(rates[0] ?? 0).toLocaleString('en')} to ${Math.round(rates.at(-1) ?? 0).toLocaleString('en')})`);
}
