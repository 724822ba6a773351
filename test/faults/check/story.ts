import { digestOf, placeOf, reportOf, type History, type Violation } from '../history';

type Line = [at: number | null, text: string];

const AROUND_MS = 2_000;
const LINES_MAX = 60;

/** Everything that the history knows of the one event that shows a violation: published when, where read, which row, which delivery, and what was broken meanwhile. */
export function story(history: History, { about, invariant, says }: Violation): string {
  const { dump } = history;
  const lines: Line[] = [];
  const places = new Set(about.place === undefined ? [] : [about.place]);
  const record = history.log.find((each) => placeOf(each) === about.place);
  const cause = about.eventId ?? (record && history.publications.find(({ bytes }) => bytes.equals(record.value))?.eventId) ?? eventOf(history, about);
  const eventId = cause == null ? cause : reportOf(cause);

  for (const each of history.publications.filter((p) => (eventId == null ? record !== undefined && p.bytes.equals(record.value) : p.eventId === eventId))) {
    lines.push([each.firstSentAt, `sent by ${each.through} to ${each.topic} as ${each.source} ${each.eventId ?? '(no event)'}: ${each.bytes.subarray(0, 200).toString('utf8')}`]);
    for (const at of each.acknowledgedAt) lines.push([at, 'acknowledged']);
    for (const at of history.log.filter(({ value }) => digestOf(value) === digestOf(each.bytes))) places.add(placeOf(at));
  }
  for (const place of places) lines.push([null, `in Kafka: ${place}`]);
  for (const row of dump.incidents.filter((each) => each.eventId === eventId)) lines.push([null, `row in incidents: level ${row.level}, thread ${row.firstId}, read at ${placeOf({ topic: 'incident.reported', ...row })}`]);
  for (const row of dump.volumes.filter((each) => each.eventId === eventId)) lines.push([null, `row in visitor_volumes, site ${row.siteId}`]);
  for (const row of dump.quarantine.filter((each) => places.has(placeOf(each)))) lines.push([null, `quarantined at ${placeOf(row)}: ${row.reason}, ${row.state}, ${row.value?.length ?? 0} bytes`]);

  const alerts = dump.alerts.filter((row) => row.id === about.alertId || row.firstId === cause || row.raiseEventId === cause);
  for (const row of alerts) lines.push([null, `alert ${row.id}: ${row.alertStatus}, level ${row.level}, revision ${row.revision}, escalation ${row.escalation}, last raised by ${row.raiseEventId}`]);
  const ids = new Set(alerts.map(({ id }) => id));
  const deliveries = dump.deliveries.filter((row) => row.id === about.deliveryId || ids.has(row.alertId));
  for (const row of deliveries) lines.push([null, `delivery ${row.id} (${row.change}, revision ${row.revision}) to ${row.receiverId}: ${row.state}, ${row.attempts} attempts, ${row.lastAnswer ?? 'no answer'}`]);
  const sent = new Set(deliveries.map(({ id }) => id));
  for (const hit of history.hits.filter((each) => sent.has(each.deliveryId))) lines.push([hit.at, `${hit.deliveryId} came to ${hit.receiverId}, ${hit.answer}${hit.signed ? '' : ', badly signed'}`]);
  for (const act of history.officer.filter((each) => ids.has(each.alertId))) lines.push([act.at, `${act.by}: ${act.verb} of revision ${act.revision}, answered ${act.status}`]);

  const times = lines.flatMap(([at]) => (at === null ? [] : [at])).concat(about.at ?? []);
  const [from, to] = times.length === 0 ? [history.startedAt, history.endedAt] : [Math.min(...times) - AROUND_MS, Math.max(...times) + AROUND_MS];
  for (const fault of history.faults.filter(({ at, endedAt, allowMs }) => at <= to && endedAt + allowMs >= from)) {
    lines.push([fault.at, `FAULT ${fault.kind}: ${fault.detail}`], [fault.endedAt, `fault ${fault.kind} over`]);
  }
  lines.sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity));
  const told = lines.slice(0, LINES_MAX).map(([at, text]) => `    ${at === null ? '     at end' : `${((at - history.startedAt) / 1_000).toFixed(3).padStart(9)} s`}  ${text}`);
  return [`${invariant}: ${says}`, `  seed ${history.seed}; its story:`, ...told].join('\n');
}

function eventOf({ dump }: History, { alertId, deliveryId }: Violation['about']): string | undefined {
  const alert = alertId ?? dump.deliveries.find(({ id }) => id === deliveryId)?.alertId;
  return dump.alerts.find(({ id }) => id === alert)?.raiseEventId;
}
