import { differences, wantedSettings } from './topics';

const found = (settings: Record<string, string>) => new Map(Object.entries(settings));

describe('the settings of a topic', () => {
  it('are 16 MiB, the time of the broker, and nothing compacted', () => {
    expect(wantedSettings({ topic: 't' })).toEqual({ 'max.message.bytes': '16777216', 'message.timestamp.type': 'LogAppendTime', 'cleanup.policy': 'delete' });
    expect(wantedSettings({ topic: 't', minInsyncReplicas: 2, retentionMs: -1 })).toMatchObject({ 'min.insync.replicas': '2', 'retention.ms': '-1' });
  });

  it('that differ are named, and told apart by whether changing them could lose a record', () => {
    const wrong = differences({ topic: 't', retentionMs: 1_000 }, found({ 'max.message.bytes': '1048588', 'message.timestamp.type': 'LogAppendTime', 'cleanup.policy': 'compact', 'retention.ms': '-1' }));
    expect(wrong).toEqual([
      { name: 'max.message.bytes', found: '1048588', wanted: '16777216', safe: true },
      { name: 'cleanup.policy', found: 'compact', wanted: 'delete', safe: false },
      { name: 'retention.ms', found: '-1', wanted: '1000', safe: false },
    ]);
  });
});
