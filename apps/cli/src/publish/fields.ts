export type FieldType = 'text' | 'whole' | 'number' | 'flag' | 'time';

interface Fields {
  required: readonly string[];
  types: Readonly<Record<string, FieldType>>;
}

/** The fields that a mapping may fill, by kind of event (contract: the data of both events; evidence is a list and has no column). */
export const MAP_FIELDS: Readonly<Record<'incident' | 'volume', Fields>> = {
  incident: {
    required: ['siteId', 'category', 'occurredAt'],
    types: {
      siteId: 'text', category: 'text', occurredAt: 'time', reportedAt: 'time', status: 'text', severity: 'text', urgency: 'text', certainty: 'text', verification: 'whole', zone: 'text',
      'location.lat': 'number', 'location.lon': 'number', description: 'text', injured: 'whole', involved: 'whole', weapon: 'flag', corrects: 'text',
    },
  },
  volume: {
    required: ['siteId', 'measuredAt', 'occupancy'],
    types: { siteId: 'text', measuredAt: 'time', occupancy: 'whole', zone: 'text', entered: 'whole', left: 'whole', windowSeconds: 'whole', kind: 'text' },
  },
};

/** The field that says when it happened; the envelope's `time` is the same instant. */
export const TIME_FIELD = { incident: 'occurredAt', volume: 'measuredAt' } as const;
