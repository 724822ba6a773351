import { testAlert } from '@vong-gac/contracts';
import { ReceiverStore, RegistryStore, type WebhookRow } from '@vong-gac/database';
import { responsibleNow, policeBodyAt, type PoliceBody, type Registry, type Site } from '@vong-gac/domain';
import { WebhookSender, type DeliveryAnswer } from '@vong-gac/runtime';
import type { Command } from 'commander';
import { withDatabase } from '../addresses';
import { badAnswer, EXIT } from '../failure';
import { answer, table, whileWorking, type CommonOptions } from '../terminal';

interface TestOptions extends CommonOptions {
  body: string;
}

interface Tried {
  receiverId: string;
  url: string;
  outcome: DeliveryAnswer['outcome'];
  answer: string;
  /** `on`: it was off and gets alerts again; `off`: it answered 410 and gets none; null: as before. */
  switched: 'on' | 'off' | null;
}

/** The link of a test leads to no alert; where the api is reached is only for its looks. */
const PUBLIC_URL = process.env.PUBLIC_URL ?? 'http://127.0.0.1:3000';

export function registerTestAlert(program: Command): void {
  program
    .command('test-alert')
    .description('send a [THỬ] message to all receivers of a police body and show what they answer; writes no alert')
    .requiredOption('--body <id>', 'the police body')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nA receiver that was switched off by a 410 gets alerts again once it answers 2xx here. Exit 1: one did not take it, or the body has none.\n\nExample:\n  vong-gac test-alert --body ca-xuan-hoa')
    .action(run);
}

async function run(options: TestOptions): Promise<void> {
  await withDatabase(async (database) => {
    const registry = await new RegistryStore(database).load();
    const body = registry.bodies.get(options.body);
    if (!body) throw badAnswer(`No police body '${options.body}' is registered: known are ${[...registry.bodies.keys()].sort().join(', ') || 'none; run "vong-gac seed"'}.`);
    const store = new ReceiverStore(database);
    const webhooks = await store.webhooks(body.id);
    if (webhooks.length === 0) throw badAnswer(`${body.name} has no receiver: its alerts escalate at once. Add one with "vong-gac seed --receivers FILE".`);
    const tried = await whileWorking('waiting for answers', tryAll(webhooks, body, registry, store));
    const rows = tried.map(({ url, outcome, answer: said, switched }) => [url, outcome, said, switched === null ? '' : `switched ${switched}`]);
    answer(options, { body: body.id, receivers: tried }, table(['receiver', 'outcome', 'answer', ''], rows));
    if (tried.some(({ outcome }) => outcome !== 'delivered')) process.exitCode = EXIT.bad;
  });
}

async function tryAll(webhooks: WebhookRow[], body: PoliceBody, registry: Registry, store: ReceiverStore): Promise<Tried[]> {
  const sender = new WebhookSender();
  const now = Date.now();
  const site = siteOf(registry, body, now);
  try {
    return await Promise.all(
      webhooks.map(async ({ id: receiverId, url, secret }): Promise<Tried> => {
        const message = testAlert({ body, receiverId, site, now, publicUrl: PUBLIC_URL });
        const { outcome, answer: said } = await sender.send({ url, secret, id: message.id, body: message.body, now });
        return { receiverId, url, outcome, answer: said, switched: await switchBy(store, receiverId, outcome, said) };
      }),
    );
  } finally {
    await sender.close();
  }
}

async function switchBy(store: ReceiverStore, id: string, outcome: DeliveryAnswer['outcome'], said: string): Promise<'on' | 'off' | null> {
  if (outcome === 'delivered') return (await store.switchOn(id)) ? 'on' : null;
  if (outcome === 'refused') return (await store.switchOff(id, said)) ? 'off' : null;
  return null;
}

/** One that the body answers for now, so that the test looks like the real thing. */
function siteOf(registry: Registry, body: PoliceBody, now: number): Site | null {
  return [...registry.sites.values()].find((site) => responsibleNow(registry, policeBodyAt(registry, site, now).body.id, now).id === body.id) ?? null;
}
