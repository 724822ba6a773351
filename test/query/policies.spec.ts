import { PolicyStore } from '@vong-gac/database';
import { builtInDocument, policyOf } from '@vong-gac/policy';
import { otherPolicy } from '../support';
import { queryWorld, type QueryWorld } from './world';

const BY = { by: 'Nguyễn Văn An', why: 'trộm cắp tăng' };

describe('risk policies over HTTP', () => {
  let world: QueryWorld;

  beforeAll(async () => {
    world = await queryWorld();
  }, 60_000);

  it('are the built-in one until something is decided, then what was', async () => {
    const get = async () => (await world.get('/v1/policies')).json();
    expect(await get()).toMatchObject({ items: [{ id: 'built-in', version: 2, storedAt: null }], inForce: { policy: { id: 'built-in', version: 2 }, from: null }, planned: [], shadow: null, decisions: [] });
    expect((await world.get('/v1/policies/built-in/2')).json()).toMatchObject({ id: 'built-in', version: 2, document: builtInDocument() });

    const document = otherPolicy();
    const { id, version, author, validFrom } = policyOf(document);
    const store = new PolicyStore(world.intake.database);
    const decided = await store.activate({ id, version, author, validFrom, document }, Date.now() + 3_600_000, BY);
    if (decided.outcome !== 'decided') throw new Error(decided.outcome);
    await store.shadow({ id, version, author, validFrom, document }, BY);
    const [policy, from] = [{ id: 'night', version: 1 }, new Date(decided.decision.effectiveAt).toISOString()];
    expect(await get()).toMatchObject({
      items: [{ id: 'night', digest: expect.stringMatching(/^[0-9a-f]{64}$/), author: 'Vọng Gác', validFrom: '2020-01-01', storedAt: expect.any(String) }, { id: 'built-in' }],
      inForce: { policy: { id: 'built-in' } }, planned: [{ policy, from }], shadow: policy,
      decisions: [{ role: 'active', policy, effectiveAt: from, ...BY }, { role: 'shadow', policy }],
    });
    expect((await world.get('/v1/policies/night/1')).json()).toMatchObject({ id: 'night', document });
  });

  it('that are not there, or are asked for wrongly, are answered so', async () => {
    expect((await world.get('/v1/policies/night/7')).status).toBe(404);
    expect((await world.get('/v1/policies/Night/x')).json()).toMatchObject({ status: 400, errors: [{ field: 'id' }, { field: 'version' }] });
    expect((await world.get('/v1/policies?state=active')).status).toBe(400);
  });
});
