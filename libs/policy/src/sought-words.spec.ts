import fc from 'fast-check';
import { plainWords } from '@vong-gac/domain';
import { SoughtWords } from './sought-words';

const of = (...words: string[]): SoughtWords => {
  const sought = new SoughtWords();
  for (const each of words) sought.add(plainWords(each).trim());
  return sought;
};
const WORDS = ['chết', 'bị ngất', 'quả bom', 'không qua khỏi', '5 tuổi', 'dead'];

describe('words that conditions seek', () => {
  it.each(['Cháu bị ngất', 'BI NGAT', 'bị, ngất', 'chê\u0301t', '😭chết', 'cháu 5 tuổi', 'Two dead.', 'không qua được'])('%s is let pass', (text) => {
    expect(of(...WORDS).mayStandIn(text)).toBe(true);
  });

  it.each(['', 'Khách báo mất túi xách cạnh sân khấu', 'bị mất ví', 'chế tạo', '85 tuoi', 'ngất'])('%s is stopped', (text) => {
    expect(of(...WORDS).mayStandIn(text)).toBe(false);
  });

  it('stops nothing where other letters are sought', () => {
    expect(of('мёртв').mayStandIn('Khách báo mất túi xách')).toBe(true);
  });

  it('never stops a text in which one of them stands', () => {
    const glue = fc.constantFrom(' ', ', ', '. ', '\n', ' 😭', '(', ' - ');
    const said = fc.tuple(fc.string({ unit: 'grapheme', maxLength: 40 }), glue, fc.constantFrom(...WORDS), glue, fc.string({ unit: 'grapheme', maxLength: 40 }));
    fc.assert(fc.property(said, fc.boolean(), (parts, upper) => {
      const text = upper ? parts.join('').toUpperCase() : parts.join('');
      expect(of(...WORDS).mayStandIn(text)).toBe(true);
    }), { numRuns: 500 });
  });
});
