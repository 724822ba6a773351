import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import Ajv, { type AnySchemaObject } from 'ajv';
import { parse } from 'yaml';
import { decode } from './decode/decode';
import { REJECTION_REASONS } from './decoded';
import { EventEnvelope } from './events/envelope';
import { IncidentReportedData } from './events/incident-reported';
import { VisitorVolumeMeasuredData } from './events/visitor-volume-measured';
import { type EventClass, isJsonObject, type JsonObject, schemaOf } from './fields/schema';
import { aCrowdDelivery, anAlertDelivery, receiptOfDefects, receiptOfRejection } from './fixtures/alerts';
import { recordOf } from './fixtures/records';
import { parseInstant } from './instant';
import { TOPICS } from './topics';

const TEXT = readFileSync(join(__dirname, '../../../docs/asyncapi.yaml'), 'utf8');
const DOCUMENT: unknown = parse(TEXT);

/** The object at a path of names. */
function at(...path: string[]): JsonObject {
  let found: unknown = DOCUMENT;
  for (const name of path) found = isJsonObject(found) ? found[name] : undefined;
  if (!isJsonObject(found)) throw new Error(`docs/asyncapi.yaml has no object at ${path.join('/')}`);
  return found;
}

interface Example {
  payload: JsonObject;
  headers?: Record<string, string>;
}
function examplesOf(message: string): Example[] {
  const { examples } = at('components', 'messages', message);
  if (!Array.isArray(examples) || examples.length === 0) throw new Error(`${message} has no example`);
  return examples;
}

/** Says what a schema of the document refuses in a value; null: nothing. */
function problemsWith(schemaPath: string): (value: unknown) => string | null {
  const ajv = new Ajv({ allowUnionTypes: true, strict: true, strictTypes: false, allErrors: true });
  ajv.addFormat('date-time', (text: string) => parseInstant(text) !== null);
  ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  ajv.addKeyword('components');
  const document: AnySchemaObject = { $id: 'asyncapi', components: at('components') };
  ajv.addSchema(document, 'asyncapi', false, false);
  const validate = ajv.compile({ $ref: `asyncapi#/components/${schemaPath}` });
  return (value) => (validate(value) ? null : ajv.errorsText(validate.errors));
}

describe('docs/asyncapi.yaml', () => {
  it('is AsyncAPI 3 without an error or a warning', async () => {
    const { document, diagnostics } = await new Parser().parse(TEXT);
    expect(diagnostics.filter(({ severity }) => severity <= 1).map(({ message, path }) => `${path.join('/')}: ${message}`)).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
  }, 60_000);

  it('names exactly our topics', () => {
    const addresses = Object.keys(at('channels')).map((name) => at('channels', name).address);
    expect(addresses.sort()).toEqual(Object.values(TOPICS).sort());
  });

  it.each<[string, EventClass]>([
    ['EventEnvelope', EventEnvelope],
    ['IncidentReportedData', IncidentReportedData],
    ['VisitorVolumeMeasuredData', VisitorVolumeMeasuredData],
  ])('says of %s what its class says', (name, type) => {
    expect(at('components', 'schemas', name)).toEqual(schemaOf(type));
  });

  it('lists every reason of a rejection', () => {
    expect(at('components', 'schemas', 'ReceiptData', 'properties', 'reason').enum).toEqual([...REJECTION_REASONS]);
  });
});

describe('its examples', () => {
  it.each(['IncidentReported', 'VisitorVolumeMeasured'])('of %s are decoded without a defect, and fit their schema', (message) => {
    const problems = problemsWith(`messages/${message}/payload`);
    for (const { payload } of examplesOf(message)) {
      expect(problems(payload)).toBeNull();
      expect(decode(recordOf(JSON.stringify(payload)))).toMatchObject({ outcome: 'event', event: { defects: [] } });
    }
  });

  it.each(['IncidentReportedBinary', 'VisitorVolumeMeasuredBinary'])('of %s are decoded without a defect, and fit their schema', (message) => {
    const problems = problemsWith(`messages/${message}/payload`);
    const wrongHeaders = problemsWith('schemas/BinaryHeaders');
    for (const { payload, headers } of examplesOf(message)) {
      expect([problems(payload), wrongHeaders(headers)]).toEqual([null, null]);
      expect(decode(recordOf(JSON.stringify(payload), headers))).toMatchObject({ outcome: 'event', event: { defects: [] } });
    }
  });

  it.each(['Alert', 'EventReceipt'])('of %s fit their schema', (message) => {
    const problems = problemsWith(`messages/${message}/payload`);
    for (const { payload } of examplesOf(message)) expect(problems(payload)).toBeNull();
  });
});

describe('what we send', () => {
  it('is an alert as described, and nothing beside it', () => {
    const problems = problemsWith('messages/Alert/payload');
    const full: unknown = JSON.parse(anAlertDelivery().body);
    const bare: unknown = JSON.parse(anAlertDelivery({ bare: true }).body);
    expect([problems(full), problems(bare)]).toEqual([null, null]);
    expect(problems({ ...Object(full), extra: 1 })).toContain('additional properties');
  });

  it('is an alert about a crowd in the same shape, raised or cancelled', () => {
    const message: unknown = JSON.parse(aCrowdDelivery().body);
    expect(problemsWith('messages/Alert/payload')(message)).toBeNull();
    expect(message).toMatchObject({
      type: 'vn.vonggac.alert.cancelled.v1',
      data: {
        change: 'cancelled', alertStatus: 'cancelled', incident: { source: '/sites/dai-lai/gates', eventId: 'v-1', category: { code: 'crowd.over-capacity', vi: 'Vượt sức chứa' } },
        reasons: [{ rule: 'crowd-ratio', text: { vi: 'Khu vực này có 1.310 khách trên sức chứa 1.300 (hơn 100 %): vượt ngưỡng an toàn' } }], occupancy: { count: 1_310, capacity: 1_300 },
      },
    });
  });

  it('is a receipt as described', () => {
    const problems = problemsWith('messages/EventReceipt/payload');
    for (const delivery of [receiptOfRejection(), receiptOfDefects()]) expect(problems(JSON.parse(delivery.body))).toBeNull();
  });
});
