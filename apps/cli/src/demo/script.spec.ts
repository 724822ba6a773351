import { decode, TOPICS, type DecodedEvent } from '@vong-gac/contracts';
import { BROKEN, GUESTS, SCENES } from './day';
import { END, guestsAt, script } from './script';

const NOW = Date.parse('2026-11-23T12:00:00Z');

describe('the scripted day', () => {
  const messages = script(1, NOW);
  const decoded = messages.map((message) => ({ message, outcome: decode({ timestamp: NOW, value: message.value, headers: [] }) }));
  const events = decoded.filter((each): each is { message: (typeof messages)[number]; outcome: DecodedEvent } => each.outcome.outcome === 'event');

  it('has over 5,000 guests at its peak, some 200 incidents, and ends now', () => {
    expect(Math.max(...(GUESTS[''] ?? []).map(([, people]) => people))).toBeGreaterThan(5_000);
    const incidents = new Set(events.filter(({ outcome }) => outcome.event.kind === 'incident').map(({ outcome }) => outcome.event.eventId));
    expect(incidents.size).toBeGreaterThan(180);
    expect(incidents.size).toBeLessThan(230);
    const last = messages.at(-1);
    expect(last?.minute).toBe(END);
    expect(String(last?.value)).toContain('"measuredAt":"2026-11-23T12:00:00.000Z"');
  });

  it('is sent in the order of its clock, and is the same for the same seed', () => {
    expect(messages.every((message, index) => index === 0 || message.minute >= (messages[index - 1]?.minute ?? 0))).toBe(true);
    const bytes = (all: ReturnType<typeof script>): string => all.map(({ value }) => value.toString('latin1')).join('\n');
    expect(bytes(script(1, NOW))).toBe(bytes(messages));
    expect(bytes(script(2, NOW))).not.toBe(bytes(messages));
  });

  it('tells nothing before it occurred', () => {
    for (const { outcome } of events) expect(outcome.event.kind === 'incident' ? outcome.event.occurredAt : outcome.event.measuredAt).toBeLessThanOrEqual(NOW);
  });

  it('names only events that exist where it corrects or repeats', () => {
    const ids = new Set(SCENES.map((scene) => scene.id));
    expect(SCENES.every((scene) => scene.corrects === undefined || ids.has(scene.corrects))).toBe(true);
    expect(BROKEN.every((broken) => broken.of === undefined || ids.has(broken.of))).toBe(true);
  });

  it('has one defect that it means to have, and rejections only where it says broken', () => {
    expect(events.filter(({ outcome }) => outcome.event.defects.length > 0).map(({ message }) => message.eventId)).toEqual(['goi-sai-ten']);
    const rejected = decoded.filter(({ outcome }) => outcome.outcome === 'rejection');
    expect(rejected.every(({ message }) => message.said?.startsWith('broken: '))).toBe(true);
    expect(new Set(rejected.map(({ outcome }) => (outcome.outcome === 'rejection' ? outcome.reason : '')))).toEqual(new Set(['not-json', 'invalid-data', 'unknown-type']));
  });

  it('sends volumes of every zone every few minutes', () => {
    const zones = events.flatMap(({ message, outcome }) => (message.topic === TOPICS.visitorVolumeMeasured && outcome.event.kind === 'volume' ? [outcome.event.zone] : []));
    expect(new Set(zones)).toEqual(new Set([null, 'beach', 'pool', 'stage', 'gate']));
    expect(guestsAt('', 21 * 60)).toBe(5420);
    expect(guestsAt('', 9 * 60)).toBe(2775);
  });
});
