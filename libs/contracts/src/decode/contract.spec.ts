import fc from 'fast-check';
import Ajv from 'ajv';
import { ValidateIf } from 'class-validator';
import { EventEnvelope } from '../events/envelope';
import { IncidentReportedData } from '../events/incident-reported';
import { VisitorVolumeMeasuredData } from '../events/visitor-volume-measured';
import { Word, YesNo } from '../fields/fields';
import { type EventClass, schemaOf } from '../fields/schema';
import { envelopeAttributes, incidentData, nestedData, volumeData } from '../fixtures/arbitraries';
import { type Fields, INCIDENT_DATA, recordOf } from '../fixtures/records';
import { parseInstant } from '../instant';
import { EVENT_TYPES } from '../topics';
import { Contract, problemsOf } from './contract';
import { decode } from './decode';

const RUNS = { numRuns: 1_000 };

/** The fields that ajv refuses, all of them. */
function refusedByAjv(type: EventClass): (data: Fields) => string[] {
  const ajv = new Ajv({ allowUnionTypes: true, allErrors: true });
  ajv.addFormat('date-time', (text: string) => parseInstant(text) !== null);
  const validate = ajv.compile(schemaOf(type));
  return (data) => {
    validate(data);
    const fields = (validate.errors ?? []).map((error) => error.instancePath.split('/')[1] ?? String(error.params.missingProperty));
    return [...new Set(fields)].sort();
  };
}

/** The fields that class-validator refuses. */
function refusedByClass(type: EventClass, data: Fields): string[] {
  return [...new Set(problemsOf(type, data).map(({ field }) => field))].sort();
}

describe.each<[string, EventClass, fc.Arbitrary<Fields>]>([
  ['IncidentReportedData', IncidentReportedData, incidentData],
  ['IncidentReportedData, nested', IncidentReportedData, nestedData.map((nested) => ({ ...INCIDENT_DATA, ...nested }))],
  ['VisitorVolumeMeasuredData', VisitorVolumeMeasuredData, volumeData],
  ['EventEnvelope', EventEnvelope, envelopeAttributes],
])('%s', (_name, type, data) => {
  const byAjv = refusedByAjv(type);

  it('is refused by ajv and class-validator in the same fields', () => {
    fc.assert(fc.property(data, (each) => expect(refusedByClass(type, each)).toEqual(byAjv(each))), RUNS);
  });

  it('is sorted out into what passes', () => {
    const contract = new Contract(type);
    fc.assert(
      fc.property(data, (each) => {
        if (contract.fits(each)) return;
        const { problems, usable } = contract.sortOut(each);
        expect([...new Set(problems.map(({ field }) => field))].sort()).toEqual(byAjv(each));
        expect(byAjv({ ...usable }).filter((field) => Reflect.has(usable, field))).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('the generated events', () => {
  it('are right often enough, and wrong often enough, to prove something', () => {
    const contract = new Contract(IncidentReportedData);
    const fitting = fc.sample(incidentData, { numRuns: 1_000, seed: 1 }).filter((data) => contract.fits(data)).length;
    expect(fitting).toBeGreaterThan(100);
    expect(fitting).toBeLessThan(900);
  });
});

describe('the schema of the envelope', () => {
  const attributable = ['specversion', 'id', 'source', 'type'];
  const byAjv = refusedByAjv(EventEnvelope);

  it('refuses what decode refuses; the rest of the envelope fails open', () => {
    fc.assert(
      fc.property(envelopeAttributes, (attributes) => {
        const type = byAjv(attributes).includes('type') ? attributes.type : EVENT_TYPES.incidentReported;
        const decoded = decode(recordOf(JSON.stringify({ ...attributes, type, data: INCIDENT_DATA })));
        expect(decoded.outcome === 'rejection').toBe(byAjv({ ...attributes, type }).some((field) => attributable.includes(field)));
      }),
      RUNS,
    );
  });
});

describe('what is said of a wrong field', () => {
  it('is at most three problems', () => {
    const evidence = Array.from({ length: 20 }, () => ({ ref: 1, sha256: 2 }));
    expect(problemsOf(IncidentReportedData, { ...INCIDENT_DATA, evidence }).map(({ path }) => path)).toEqual(['/evidence/0/ref', '/evidence/0/sha256', '/evidence/1/ref']);
    expect(problemsOf(IncidentReportedData, { ...INCIDENT_DATA, evidence: Array(100_000).fill({}) }).map(({ path }) => path)).toEqual(['/evidence']);
  });
});

describe('what class-validator lets pass and ajv does not', () => {
  class Blind {
    // Switches class-validator off for this field.
    @ValidateIf(() => false)
    @Word(['left', 'right'], { description: 'A side.' })
    side!: string;

    @YesNo({ optional: true, description: 'A choice.' })
    choice?: boolean | null;
  }

  it('is set aside all the same, in ajv’s words: ajv decides', () => {
    const { problems, usable } = new Contract(Blind).sortOut({ side: 'up', choice: true });
    expect(problems).toEqual([{ path: '/side', field: 'side', problem: 'must be equal to one of the allowed values' }]);
    expect(usable).toEqual({ choice: true });
  });
});
