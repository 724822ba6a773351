import { Condition } from './condition';

describe('Condition', () => {
  it('says what waits at once, then once a minute, and when it goes on', () => {
    let now = 0;
    const said: string[] = [];
    const condition = new Condition(() => now, (_level, sentence) => said.push(sentence));
    for (; now < 130_000; now += 2_000) condition.outage('incident.reported/0', 'connection refused');
    condition.works('incident.reported/0');
    condition.works('incident.reported/0');
    expect(said).toEqual([
      'incident.reported/0 waits: connection refused',
      'incident.reported/0 still waits, for 60 s now: connection refused',
      'incident.reported/0 still waits, for 120 s now: connection refused',
      'incident.reported/0 goes on after 130 s',
    ]);
  });
});
