import fc from 'fast-check';
import { plainWords } from './plain-words';

it('has neither case nor marks nor punctuation', () => {
  expect(plainWords('Đuối nước! Có EM BÉ,(5 tuổi)…')).toBe(' duoi nuoc co em be 5 tuoi ');
});

it('is the same however the marks are written', () => {
  fc.assert(fc.property(fc.constantFrom('Trẻ em ngã xuống bể bơi', 'ĐƯỜNG ƯỚT', 'Ắ Ằ Ẳ Ẵ Ặ ỡ ợ ữ ự ỵ'), (text) => {
    expect(plainWords(text.normalize('NFD'))).toBe(plainWords(text.normalize('NFC')));
  }));
});

it('keeps words apart, so that a word is not found inside another', () => {
  expect(plainWords('Khách xem bến thuyền')).not.toContain(' em be ');
  expect(plainWords('em bé')).toContain(' em be ');
});

it('ends with a space, at any length, of any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
    const words = plainWords(text);
    expect([words.startsWith(' '), words.endsWith(' '), words.includes('  ')]).toEqual([true, true, false]);
  }));
  expect(plainWords('x'.repeat(9000)).length).toBe(4002);
  expect(plainWords('')).toBe(' ');
  expect(plainWords('火事 🔥 пожар')).toBe(' 火事 🔥 пожар ');
});
