import type { Database } from './data-source';

/** A webhook as it is registered. */
export interface WebhookRow {
  id: string;
  bodyId: string;
  url: string;
  secret: string;
  takesTest: boolean;
  /** Why it is switched off (what it answered); null: it is on. */
  disabledCause: string | null;
  disabledAt: Date | null;
}

/** Webhooks of police bodies, with what only a sender may know, and their switch. */
export class ReceiverStore {
  constructor(private readonly database: Database) {}

  /** Of one body, or of all; by body, then id. */
  async webhooks(bodyId?: string): Promise<WebhookRow[]> {
    return this.database.query<WebhookRow>(WEBHOOKS, [bodyId ?? null]);
  }

  /** After a test was answered 2xx: it gets messages again, and what waited for it is due. @returns false: it was on. */
  async switchOn(id: string): Promise<boolean> {
    return this.switch('UPDATE receivers SET disabled_at = NULL, disabled_cause = NULL WHERE id = $1 AND disabled_at IS NOT NULL', [id]);
  }

  /** After a test was answered 410. @returns false: it was off. */
  async switchOff(id: string, cause: string): Promise<boolean> {
    return this.switch('UPDATE receivers SET disabled_at = now(), disabled_cause = $2 WHERE id = $1 AND disabled_at IS NULL', [id, cause]);
  }

  /** Takes the version's lock first, as every change of the registry does. */
  private async switch(statement: string, params: readonly string[]): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await tx.execute('SELECT version FROM registry_version FOR UPDATE');
      const changed = await tx.execute(statement, params);
      if (changed > 0) await tx.execute('UPDATE registry_version SET version = version + 1, changed_at = now()');
      return changed > 0;
    });
  }
}

const WEBHOOKS = `
SELECT id, body_id AS "bodyId", url, secret, takes_test AS "takesTest", disabled_cause AS "disabledCause", disabled_at AS "disabledAt"
FROM receivers WHERE kind = 'webhook' AND ($1::text IS NULL OR body_id = $1)
ORDER BY body_id, id`;
