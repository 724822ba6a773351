import { admit } from './admit';
import { anIncident, REGISTRY } from './fixtures/alerts';

const publishers = (...sites: string[]): typeof REGISTRY => ({ ...REGISTRY, publishers: new Map([['/sites/dai-lai/security', { source: '/sites/dai-lai/security', sites }]]) });

describe('admit', () => {
  it.each([
    ['a publisher of the site', anIncident(), REGISTRY, null],
    ['a publisher of all sites', anIncident(), publishers('*'), null],
    ['a publisher that is not registered', anIncident({}, { source: '/sites/dai-lai' }), REGISTRY, 'unknown-publisher'],
    ['a site that is not registered', anIncident({ siteId: 'dai-lay' }), REGISTRY, 'unknown-site'],
    ['a site that is not registered, from a publisher of all sites', anIncident({ siteId: 'dai-lay' }), publishers('*'), 'unknown-site'],
    ['a publisher of other sites', anIncident(), publishers('tam-dao'), 'not-allowed-for-site'],
    ['a publisher of no site', anIncident(), publishers(), 'not-allowed-for-site'],
  ])('%s', (_name, incident, registry, reason) => {
    const rejection = admit(incident, registry);
    expect(rejection?.reason ?? null).toBe(reason);
    if (rejection !== null) expect(rejection).toMatchObject({ outcome: 'rejection', source: incident.source, eventId: 'e-1', detail: expect.stringMatching(/seed --/) });
  });
});
