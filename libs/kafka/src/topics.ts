/** What a topic must be. Anything not named here is the broker's default. */
export interface TopicSpec {
  topic: string;
  /** For a new topic, and the least that an existing one must have. Default 6. */
  partitions?: number;
  /** For a new topic; an existing one may have more. Default: the broker's. */
  replication?: number;
  /** `min.insync.replicas`; default: the broker's. */
  minInsyncReplicas?: number;
  /** `retention.ms`; −1 keeps everything. Default: the broker's. */
  retentionMs?: number;
}

/** 16 MiB: over the product's own limit of 1 MiB, so that a record that is too large can be seen and said. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
export const DEFAULT_PARTITIONS = 6;

/** The settings that `spec` asks for, as Kafka names and writes them. */
export function wantedSettings(spec: TopicSpec): Record<string, string> {
  const settings: Record<string, string> = {
    'max.message.bytes': String(MAX_MESSAGE_BYTES),
    // The time at which the broker took it: no publisher's clock can move it.
    'message.timestamp.type': 'LogAppendTime',
    'cleanup.policy': 'delete',
  };
  if (spec.minInsyncReplicas !== undefined) settings['min.insync.replicas'] = String(spec.minInsyncReplicas);
  if (spec.retentionMs !== undefined) settings['retention.ms'] = String(spec.retentionMs);
  return settings;
}

/** Settings that may be corrected on a living topic: none of them removes or hides a record. */
const SAFE_TO_ALTER: ReadonlySet<string> = new Set(['max.message.bytes', 'message.timestamp.type', 'min.insync.replicas']);

export interface SettingDifference {
  name: string;
  found: string;
  wanted: string;
  safe: boolean;
}

/** How the settings found differ from the wanted ones. */
export function differences(spec: TopicSpec, found: ReadonlyMap<string, string>): SettingDifference[] {
  return Object.entries(wantedSettings(spec)).flatMap(([name, wanted]) => {
    const value = found.get(name) ?? '';
    return value === wanted ? [] : [{ name, found: value, wanted, safe: SAFE_TO_ALTER.has(name) }];
  });
}
