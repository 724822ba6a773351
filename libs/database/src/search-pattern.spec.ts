import * as fc from 'fast-check';
import { searchPattern } from './search-pattern';

/** Postgres and JavaScript read these patterns alike: character classes, `*`, and escaped punctuation. */
const finds = (search: string, text: string): boolean => new RegExp(searchPattern(search), 'u').test(text);

describe('searchPattern', () => {
  it.each([
    ['duoi nuoc', 'Một khách ĐUỐI NƯỚC gần phao'],
    ['ĐUỐI', 'duoi nuoc'],
    ['Ngô', 'ngõ'],
    ['truong', 'Trường'.normalize('NFD')],
    ['Trường'.normalize('NFD'), 'TRUONG'],
    ['100%', 'tăng 100%'],
    ['a.b', 'A.B'],
    ['ж', 'Ж'],
    ['Straße', 'Straße'],
    ['[x](y)*{2}^$|\\', 'có [X](Y)*{2}^$|\\ ở đây'],
  ])('%p is found in %p', (search, text) => {
    expect(finds(search, text)).toBe(true);
  });

  it.each([
    ['a.b', 'axb'],
    ['%', 'không có'],
    ['duoi', 'dưng'],
    ['.*', 'gì cũng được'],
  ])('%p is not found in %p', (search, text) => {
    expect(finds(search, text)).toBe(false);
  });

  it('is always a pattern, and finds the text itself', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => expect(finds(text, `x ${text} y`.normalize('NFC'))).toBe(true)));
  });

  it('finds Vietnamese in any case and form, from any case and form', () => {
    const letters = [...'aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđbcghklmnpqrstvx 0'];
    const shape = fc.constantFrom<(text: string) => string>(
      (t) => t, (t) => t.toUpperCase(), (t) => t.normalize('NFD'), (t) => t.toUpperCase().normalize('NFD'),
      (t) => t.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd'),
    );
    const word = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 20 }).map((each) => each.join(''));
    fc.assert(fc.property(word, shape, shape, (text, search, stored) => expect(finds(search(text), `trước ${stored(text)} sau`)).toBe(true)));
  });
});
