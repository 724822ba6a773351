import { admit, receiptDelivery, type NewDelivery, type ReceiptOutcome, type Rejection } from '@vong-gac/contracts';
import { foundersFor, type Incident, type Registry, type VisitorVolume } from '@vong-gac/domain';
import type { ChunkWork, ContextStore, IncidentStore, QuarantineWrite, RecordOutcome, VolumeWrite } from '@vong-gac/database';
import type { Chunk, KafkaRecord } from '@vong-gac/kafka';
import type { ChunkDecoder, DecodedRecord } from './chunk-decoder';
import { dedupe, sameAsStored, type Deduped, type ReceivedEvent, type RejectedRecord } from './dedupe';
import { fingerprintOf } from './fingerprint';
import { judge, type Judged, type JudgedWith, type Rules } from './judge';
import { recordsOf, type Piece } from './piece';
import type { JudgedBy, Policies } from './policies';
import { placeName } from './positions';
import type { Registries } from './registries';
import { RepeatWatch } from './repeat-watch';
import type { Shadow } from './shadow';
import type { SiteMemories } from './site-memories';

export interface Stores {
  contexts: ContextStore;
  incidents: IncidentStore;
  registries: Registries;
  memories: SiteMemories;
  policies: Policies;
}

/** How one attempt ended: as its recording did, or not begun, because a policy came into force at the receipt of the record with this index in the chunk. */
export type HandleOutcome = RecordOutcome | { outcome: 'straddles'; at: number };

/**
 * The function to read first: what happens to a run of records, once. It decides nothing about failures: what throws is sorted, waited for,
 * halved or let through by `ChunkSettler`, which calls it again.
 */
export class IncidentIntake {
  /** Pieces that are worked on at this moment, of all partitions. */
  private inHand = 0;
  private readonly repeatWatch = new RepeatWatch();

  constructor(
    private readonly decoder: ChunkDecoder,
    private readonly stores: Stores,
    private readonly rules: Omit<Rules, 'policy'>,
    private readonly shadow: Shadow,
    private readonly clock: () => number,
  ) {}

  async handle(piece: Piece): Promise<HandleOutcome> {
    this.inHand++;
    try {
      return await this.once(piece);
    } finally {
      this.inHand--;
    }
  }

  private async once(piece: Piece): Promise<HandleOutcome> {
    const begun = await this.judged(piece);
    if (begun.outcome !== 'begun') return begun;
    const outcome = await this.stored(piece.chunk, begun);
    this.repeatWatch.learn(placeOf(piece), outcome, begun.known);
    if (outcome.outcome === 'recorded') this.shadow.learn(begun.shadow);
    return outcome;
  }

  /** Up to the transaction. What this made of the records is gone when it returns, but for the work in the transaction's hands. */
  private async judged(piece: Piece): Promise<Begun | HandleOutcome> {
    const read = sortDecoded(this.decoder.of(piece), piece.notStorable); // a closed union; never throws; ran ahead of the previous commit
    const found = await this.lookUp(piece, read).catch((error: unknown) => {
      this.stores.memories.forget(piece.chunk); // half read, perhaps
      throw error;
    });
    return found.outcome === 'found' ? this.begin(piece, read, found) : found;
  }

  private async lookUp(piece: Piece, { events }: Read): Promise<Found | HandleOutcome> {
    const look = this.repeatWatch.looks(placeOf(piece));
    const known = await this.stores.contexts.load(piece.chunk, ...byKind(events), look); // one query: what is stored already, readings, registry version
    if (known.generation === null) return { outcome: 'unopened' };
    const by = await this.stores.policies.of(piece, known.policySeq); // the policy in force when it was received: one for all of it
    if (by.until < piece.to) return { outcome: 'straddles', at: by.until };
    const registry = await this.stores.registries.at(known.registryVersion);
    const { admitted, refused } = admitAll(events, registry); // known publisher, allowed for that site
    const same = await sameAsStored(admitted, known, this.stores.contexts);
    const deduped = dedupe(admitted, known, same); // duplicates and conflicts, inside the chunk and against the store
    const incidents = incidentsOf(deduped.fresh);
    const memories = await this.stores.memories.of(piece.chunk, incidents, registry, by.policy); // what these sites are used to, and what goes on there
    const alerts = await this.stores.contexts.alertsOf(foundersFor(memories, incidents, by.policy.situations));
    return { outcome: 'found', generation: known.generation, stored: { ...known, memories, alerts: [...known.alerts, ...alerts] }, by, registry, refused, deduped };
  }

  /** No waiting from here to the transaction's first statement. */
  private begin(piece: Piece, { rejected }: Read, { generation, stored, by, registry, refused, deduped: { fresh, repeats, conflicts } }: Found): Begun {
    const now = this.clock();
    const judged = judge(fresh, now, stored, registry, { ...this.rules, policy: by.policy });
    const refusals = [...rejected, ...refused, ...conflicts];
    const shadow = this.shadow.compare(judged.incidents, by.policy, by.candidate); // what a candidate would have said; no alert comes of it
    const work = workOf(piece, generation, now, { judged, repeats, refusals, by, shadow });
    const receipts = receiptsOf(work, fresh, refusals, registry);
    const recording = this.stores.incidents.record({ ...work, deliveries: [...judged.deliveries, ...receipts] }); // one transaction
    if (piece.to === piece.chunk.records.length) this.decoder.forget(piece.chunk);
    // With several partitions in hand the others fill the wait; decoding ahead would only keep more in memory.
    if (this.inHand === 1) this.decoder.ahead(piece.chunk.following);
    return { outcome: 'begun', recording, volumes: judged.volumes, known: stored.incidents.size + stored.volumes.size, shadow };
  }

  /** What was not stored was not learned. */
  private async stored(chunk: Chunk, { recording, volumes }: Begun): Promise<RecordOutcome> {
    let recorded = false;
    try {
      const outcome = await recording;
      recorded = outcome.outcome === 'recorded';
      return outcome;
    } finally {
      if (recorded) this.stores.memories.heard(volumes);
      else this.stores.memories.forget(chunk);
    }
  }
}

/** What is read from a piece's records. */
interface Read {
  events: ReceivedEvent[];
  rejected: RejectedRecord[];
}

/** What the stores know of a piece, and what it is judged by. */
interface Found {
  outcome: 'found';
  generation: number;
  stored: JudgedWith;
  by: JudgedBy;
  registry: Registry;
  refused: RejectedRecord[];
  deduped: Deduped;
}

const placeOf = ({ chunk }: Piece): string => placeName(chunk.topic, chunk.partition);

/** A piece on its way into the store. */
interface Begun {
  outcome: 'begun';
  recording: Promise<RecordOutcome>;
  volumes: readonly VolumeWrite[];
  /** How many of its events were stored already. */
  known: number;
  shadow: ChunkWork['shadow'];
}

/** @param notStorable what Postgres said of the piece's only record: it is quarantined whatever it says of itself */
function sortDecoded(records: readonly DecodedRecord[], notStorable: string | null): Read {
  const events: ReceivedEvent[] = [];
  const rejected: RejectedRecord[] = [];
  for (const { record, decoded } of records) {
    if (decoded.outcome === 'rejection') rejected.push({ record, rejection: decoded });
    else if (notStorable === null) events.push({ record, event: decoded });
    else rejected.push({ record, rejection: unstorable(decoded.event, notStorable) });
  }
  return { events, rejected };
}

function unstorable({ source, eventId }: { source: string; eventId: string }, detail: string): Rejection {
  return { outcome: 'rejection', reason: 'not-storable', detail, source, eventId };
}

function incidentsOf(events: readonly ReceivedEvent[]): Incident[] {
  const incidents: Incident[] = [];
  for (const { event: { event } } of events) if (event.kind === 'incident') incidents.push(event);
  return incidents;
}

function byKind(events: readonly ReceivedEvent[]): [incidents: Incident[], volumes: VisitorVolume[]] {
  const incidents: Incident[] = [];
  const volumes: VisitorVolume[] = [];
  for (const { event } of events) {
    if (event.event.kind === 'incident') incidents.push(event.event);
    else volumes.push(event.event);
  }
  return [incidents, volumes];
}

function admitAll(events: readonly ReceivedEvent[], registry: Registry): { admitted: ReceivedEvent[]; refused: RejectedRecord[] } {
  const admitted: ReceivedEvent[] = [];
  const refused: RejectedRecord[] = [];
  for (const received of events) {
    const rejection = admit(received.event.event, registry);
    if (rejection === null) admitted.push(received);
    else refused.push({ record: received.record, rejection });
  }
  return { admitted, refused };
}

interface Sorted {
  judged: Judged;
  repeats: Deduped['repeats'];
  refusals: readonly RejectedRecord[];
  by: JudgedBy;
  shadow: ChunkWork['shadow'];
}

function workOf(piece: Piece, generation: number, now: number, { judged, repeats, refusals, by, shadow }: Sorted): ChunkWork {
  const { topic, partition } = piece.chunk;
  const records = recordsOf(piece);
  // A piece may be a run of control records only; then the last record lies before it.
  const last = piece.chunk.records[piece.to - 1];
  if (last === undefined) throw new Error('a piece ends behind a record of its chunk');
  const { firstOffset, nextOffset, lost } = piece;
  const absent = nextOffset - firstOffset - lost - records.length;
  const quarantine = refusals.map(({ record, rejection }) => quarantined(record, rejection));
  const { incidents, volumes, alerts, crowds } = judged;
  return { topic, partition, generation, policySeq: by.seq, firstOffset, nextOffset, last: fingerprintOf(last), now, incidents, volumes, repeats, quarantine, alerts, crowds, deliveries: [], shadow, absent, lost };
}

function quarantined({ offset, timestamp, key, headers, value }: KafkaRecord, { reason, detail, source, eventId }: Rejection): QuarantineWrite {
  return { offset, timestamp, key, headers, value, reason, detail, source, eventId };
}

/** What registered publishers are told: which of their records were refused, and which were stored without what was wrong in them. */
function receiptsOf(work: ChunkWork, fresh: readonly ReceivedEvent[], refusals: readonly RejectedRecord[], registry: Registry): NewDelivery[] {
  const receipts: NewDelivery[] = [];
  const tell = (source: string | null, eventId: string | null, { offset }: KafkaRecord, outcome: ReceiptOutcome): void => {
    if (source === null || !registry.publishers.has(source)) return;
    const { topic, partition, generation, now } = work;
    receipts.push(receiptDelivery({ source, eventId, outcome, place: { topic, partition, generation, offset }, now }));
  };
  for (const { record, rejection } of refusals) {
    tell(rejection.source, rejection.eventId, record, { outcome: 'rejected', reason: rejection.reason, detail: rejection.detail });
  }
  for (const { record, event: { event } } of fresh) {
    if (event.defects.length > 0) tell(event.source, event.eventId, record, { outcome: 'accepted-with-defects', defects: event.defects });
  }
  return receipts;
}
