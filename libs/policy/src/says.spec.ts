import { plainWords } from '@vong-gac/domain';
import { parse } from 'yaml';
import { builtInDocument } from './built-in';
import { saidOf, wordsAsSought } from './says';

const says = (text: string, words: string[], except: string[] = []): boolean => saidOf(words, except)({ description: text, descriptionPlain: plainWords(text) });

describe('words in a description', () => {
  it.each<[text: string, words: string[]]>([
    ['Khách bị ngất', ['bị ngất']], ['khach bi ngat', ['bị ngất']], ['KHÁCH BỊ NGẤT', ['bị ngất']], ['bị ngât', ['bị ngất']], ['Bị ngất!'.normalize('NFD'), ['bị ngất']],
    ['đe dọa đánh bom', ['doạ đánh bom']], ['đe doạ đánh bom', ['dọa đánh bom']], ['khách bất tĩnh', ['bất tỉnh']], ['de doa danh bom', ['dọa đánh bom']], ['duoi nuoc', ['đuối nước']],
    ['một người chết.', ['tử vong', 'chết']], ['hôn\nmê', ['hôn mê']], ['Two dead', ['dead']], ['chết😭', ['chết']], ['k qua khỏi', ['không qua khỏi']], ['ko tho', ['không thở']],
  ])('%s says %j', (text, words) => {
    expect(says(text, words)).toBe(true);
  });

  it.each<[text: string, words: string[]]>([
    ['điện bị ngắt', ['bị ngất']], ['bể trái', ['bé trai']], ['máy bơm', ['bom']], ['bề mặt mịn', ['mìn']], ['85 tuổi', ['5 tuổi']], ['xem bến', ['em bé']], ['chệt', ['chết']], ['', ['chết']],
  ])('%s does not say %j', (text, words) => {
    expect(says(text, words)).toBe(false);
  });

  it.each(['không bị ngất', 'Tỉnh táo, không bị ngất', 'khong bi ngat', 'không có ai bị ngất', 'ko có khách nào bị ngất', 'k bị ngất', 'chưa bị ngất', 'không phải là bị ngất', 'not bị ngất'])('%s is denied', (text) => {
    expect(says(text, ['bị ngất'])).toBe(false);
  });

  it.each([
    'Gọi không? Bị ngất rồi', 'không được, bị ngất rồi', 'chồng không bị ngất, vợ bị ngất', 'không rõ có ai bị ngất', 'tại khu K bị ngất 1 người', 'o chua co nguoi bi ngat', 'không biết bị ngất từ lúc nào', 'bị ngất, không tỉnh',
    'có ai không: bị ngất', 'an no bi ngat', 'không có có có có có có có bị ngất',
  ])('%s is not', (text) => {
    expect(says(text, ['bị ngất'])).toBe(true);
  });

  it('counts a sought word that is itself a denial', () => {
    expect(says('Nạn nhân không qua khỏi', ['không qua khỏi'])).toBe(true);
  });

  it('leaves out what an exception overlaps, and only there', () => {
    expect(['Cá chết hàng loạt', 'xe chết máy', 'Cá chết, hai người chết', 'vớt cá. Chết một người'].map((text) => says(text, ['chết'], ['cá chết', 'chết máy']))).toEqual([false, false, true, true]);
  });

  it('looks at the whole of it, also beyond what plain words hold', () => {
    expect(says(`${'🔥'.repeat(3_990)} chết`, ['chết'])).toBe(true);
  });

  it('is quick whatever the text', () => {
    const began = performance.now();
    for (const text of ['bị '.repeat(1_334), 'không có ai '.repeat(334), 'chết'.repeat(1_000), 'cá chết '.repeat(500)]) says(text, ['bị ngất', 'chết'], ['cá chết']);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

it.each([['Em  Bé!', 'em bé'], ['em bé', 'em bé'], ['…', '']])('%s is sought as %s', (words, sought) => {
  expect(wordsAsSought(words)).toBe(sought);
});

describe('the built-in policy', () => {
  const rules = (parse(builtInDocument()) as { rules: { id: string; when?: string }[] }).rules;
  const lists = rules.flatMap(({ id, when = '' }) => [...when.matchAll(/says\(\[([^\]]*)\](?:,\s*\[([^\]]*)\])?\)/g)].map(([, words = '', except = '']) => [id, JSON.parse(`[${words}]`) as string[], JSON.parse(`[${except}]`) as string[]] as const));

  it.each(lists)('%s: no exception hides a word that stands alone, written with its marks or without', (_, words, except) => {
    const hidden = words.flatMap((word) => [word, plainWords(word).trim()]).filter((text) => !says(text, [...words], [...except]));
    expect(hidden).toEqual([]);
  });

  it('has such lists', () => expect(lists.length).toBeGreaterThanOrEqual(10));
});
