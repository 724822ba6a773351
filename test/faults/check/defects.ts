import { isDeepStrictEqual } from 'node:util';
import { decode } from '@vong-gac/contracts';
import type { History, Violation } from '../history';

/** I1: each row keeps what was set aside of its event (path and problem), exactly what reading its bytes again sets aside. */
export function defects({ dump }: History): Violation[] {
  return [...dump.incidents, ...dump.volumes].flatMap(({ source, eventId, original, receivedAt, defects: stored }): Violation[] => {
    const decoded = decode({ value: Buffer.from(original), headers: [], timestamp: receivedAt });
    if (decoded.outcome !== 'event') return []; // bytes that are no event: conservation and grades say so
    const kept: unknown = stored === null ? [] : JSON.parse(stored);
    const must = decoded.event.defects;
    if (isDeepStrictEqual(kept, must)) return [];
    const paths = must.map(({ path }) => path).join(', ') || 'nothing';
    return [{ invariant: 'I1', says: `event ${eventId} of ${source}: of its bytes is set aside: ${paths}; its row says ${stored ?? 'nothing'}`, about: { source, eventId } }];
  });
}
