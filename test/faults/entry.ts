/**
 * Starts a service after its collaborators were wrapped: to die by kill -9 at one exact point, or to be broken in one exact way that the checker must find.
 * The product has no switch for either; here its classes are changed in memory before its own main is loaded.
 */
import { subscribe } from 'node:diagnostics_channel';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ContextStore, Database, DeliveryStore, IncidentStore, RegistryStore, type ChunkWork, type Prepared, type RecordOutcome, type Transaction } from '@vong-gac/database';
import { IncidentIntake } from '../../apps/intake/src/incident-intake';
import { ChunkSettler } from '../../apps/intake/src/chunk-settler';
import { WebhookNotifier } from '../../apps/dispatch/src/webhook.notifier';
import type { BrokenWay, KillPoint } from './variants';

const { FAULTS_SERVICE = '', FAULTS_KILL_AT, FAULTS_KILL_AFTER = '1', FAULTS_BROKEN, FAULTS_ONCE = '' } = process.env;

let left = Number(FAULTS_KILL_AFTER);
/** Here it dies, when this point is reached for the nth time. */
function die(): void {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}

/** Of all processes of the run, and all their starts, one is. */
function isFirst(): boolean {
  try {
    mkdirSync(FAULTS_ONCE);
    return true;
  } catch {
    return false;
  }
}

const nameOf = (statement: string | Prepared): string => (typeof statement === 'string' ? statement : statement.name);

/** Every transaction's statements pass through here. */
function wrapTransactions(change: (tx: Transaction) => Partial<Transaction>): void {
  const { transaction } = Database.prototype;
  Database.prototype.transaction = function <T>(this: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return transaction.call(this, (tx: Transaction) => {
      const own: Transaction = { query: tx.query.bind(tx), execute: tx.execute.bind(tx), copy: tx.copy.bind(tx) };
      return work({ ...own, ...change(own) });
    }) as Promise<T>;
  };
}

const afterStatement = (name: string) => () => wrapTransactions((tx) => ({
  execute: async (statement, params) => {
    const count = await tx.execute(statement, params);
    if (nameOf(statement) === name) die();
    return count;
  },
}));

const KILL_POINTS: Record<KillPoint, () => void> = {
  'after-fetch': () => {
    const { handle } = IncidentIntake.prototype;
    IncidentIntake.prototype.handle = function (piece) {
      die();
      return handle.call(this, piece);
    };
  },
  'after-decode': () => {
    const { load } = ContextStore.prototype;
    ContextStore.prototype.load = function (...args) {
      die();
      return load.apply(this, args);
    };
  },
  'before-begin': () => {
    const { record } = IncidentStore.prototype;
    IncidentStore.prototype.record = function (work) {
      die();
      return record.call(this, work);
    };
  },
  'after-copy': () => wrapTransactions((tx) => ({
    copy: async (text, rows) => {
      const count = await tx.copy(text, rows);
      die();
      return count;
    },
  })),
  'after-ledger': afterStatement('advance ledger'),
  'quarantine-write': afterStatement('insert quarantine'),
  'after-alert': afterStatement('merge alerts'),
  'after-commit': () => {
    const { record } = IncidentStore.prototype;
    IncidentStore.prototype.record = async function (work) {
      const outcome = await record.call(this, work);
      if (outcome.outcome === 'recorded') die();
      return outcome;
    };
  },
  claimed: () => {
    const { claim } = DeliveryStore.prototype;
    DeliveryStore.prototype.claim = async function (limits) {
      const claimed = await claim.call(this, limits);
      if (claimed.length > 0) die();
      return claimed;
    };
  },
  // Undici says when the last byte of a request is in the socket: its answer is still to come.
  'request-sent': () => subscribe('undici:request:bodySent', die),
  answered: () => {
    const { settle } = DeliveryStore.prototype;
    DeliveryStore.prototype.settle = function (settlements) {
      if (settlements.some(({ outcome }) => outcome === 'delivered')) die();
      return settle.call(this, settlements);
    };
  },
  marked: () => {
    const { settle } = DeliveryStore.prototype;
    DeliveryStore.prototype.settle = async function (settlements) {
      const written = await settle.call(this, settlements);
      if (written.length > 0) die();
      return written;
    };
  },
};

const BROKEN: Record<BrokenWay, () => void> = {
  'offset-before-transaction': () => {
    const { settle } = ChunkSettler.prototype;
    ChunkSettler.prototype.settle = async function (chunk) {
      setTimeout(() => void settle.call(this, chunk), 1_500);
      return { do: 'advance', nextOffset: chunk.nextOffset, commitOffset: chunk.nextOffset };
    };
  },
  'ledger-not-written': () => wrapTransactions((tx) => ({ execute: (statement, params) => (nameOf(statement) === 'advance ledger' ? Promise.resolve(1) : tx.execute(statement, params)) })),
  'alert-after-commit': () => {
    const { record } = IncidentStore.prototype;
    IncidentStore.prototype.record = async function (work: ChunkWork): Promise<RecordOutcome> {
      const outcome = await record.call(this, { ...work, alerts: [], deliveries: [] });
      // Between the commit and the alert there is a moment, and in that moment it dies.
      if (outcome.outcome === 'recorded' && work.alerts.length > 0) process.kill(process.pid, 'SIGKILL');
      return outcome;
    };
  },
  'marked-before-send': () => {
    WebhookNotifier.prototype.send = async (batch) => batch.map(() => ({ outcome: 'delivered', answer: '204', status: 204 }));
    const { settle } = DeliveryStore.prototype;
    DeliveryStore.prototype.settle = async function (settlements) {
      const written = await settle.call(this, settlements);
      // Marked; the request would go out now.
      if (written.length > 0) process.kill(process.pid, 'SIGKILL');
      return written;
    };
  },
  'lease-never-expires': () => {
    const { claim } = DeliveryStore.prototype;
    DeliveryStore.prototype.claim = async function (limits) {
      const claimed = await claim.call(this, { ...limits, leaseMs: 86_400_000 });
      // One death, of whoever claims first: with a lease that ends, the others would send what it claimed.
      if (claimed.length > 0 && isFirst()) process.kill(process.pid, 'SIGKILL');
      return claimed;
    };
  },
  'quarantine-dropped': () => wrapTransactions((tx) => ({
    execute: async (statement, params) => {
      if (nameOf(statement) !== 'insert quarantine') return tx.execute(statement, params);
      await tx.execute('SAVEPOINT quarantine');
      const count = await tx.execute(statement, params);
      await tx.execute('ROLLBACK TO SAVEPOINT quarantine');
      // Were another number said, the product would see it, and the record would only never be settled.
      return count;
    },
  })),
  'sent-twice': () => {
    const { send } = WebhookNotifier.prototype;
    WebhookNotifier.prototype.send = async function (batch) {
      await send.call(this, batch);
      return send.call(this, batch);
    };
  },
  'anybody-admitted': () => {
    const { load } = RegistryStore.prototype;
    RegistryStore.prototype.load = async function () {
      const registry = await load.call(this);
      const publishers = new Map(registry.publishers).set('/sites/nobody/security', { source: '/sites/nobody/security', sites: ['*'] });
      return { ...registry, publishers };
    };
  },
};

if (FAULTS_KILL_AT !== undefined) KILL_POINTS[FAULTS_KILL_AT as KillPoint]();
if (FAULTS_BROKEN !== undefined) BROKEN[FAULTS_BROKEN as BrokenWay]();
void import(join(process.cwd(), 'dist', 'apps', FAULTS_SERVICE, 'src', 'main.js'));
