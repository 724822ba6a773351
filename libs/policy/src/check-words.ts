import { plainWords, type Bilingual } from '@vong-gac/domain';
import { childrenOf, type Condition } from './condition';
import { FACT_TABLE } from './fact-table';
import { literal, plainComparison, plainMembership, plainSaying } from './guard';
import { didYouMean, oneOf, type Problems } from './problems';
import { wordsAsSought } from './says';

/** Words that a fact is compared with, or that are sought in it, and that can never be there. @returns whether there are none */
export function checkWords(condition: Condition, problems: Problems): boolean {
  let good = true;
  const look = (node: Condition['ast']): void => {
    const plain = plainComparison(node) ?? plainMembership(node);
    const kind = plain === null ? undefined : FACT_TABLE[plain.name];
    const wrong = (problem: Bilingual, remedy: Bilingual): void => {
      problems.add(condition.offset(node.start), problem, remedy);
      good = false;
    };
    if (plain !== null && kind?.type === 'word') {
      for (const word of 'values' in plain ? plain.values : [plain.value]) {
        if (kind.words.includes(String(word))) continue;
        const remedy = didYouMean(String(word), kind.words, oneOf(kind.words.slice(0, 12)), (near) => `'${near}'`);
        wrong({ vi: `${plain.name} không bao giờ là '${String(word)}'`, en: `${plain.name} is never '${String(word)}'` }, remedy);
      }
    }
    for (const sought of soughtInPlain(node)) {
      const right = plainForm(sought);
      if (right === sought.text) continue;
      const [was, now] = [JSON.stringify(sought.text), JSON.stringify(right)];
      wrong(
        { vi: `descriptionPlain không bao giờ có ${was}: ở đó chỉ có chữ thường, không dấu, không dấu câu`, en: `descriptionPlain never holds ${was}: it is lower case, without diacritics and punctuation` },
        right.trim() === '' ? { vi: 'viết từ cần tìm, ví dụ " em be "', en: 'write the words to look for, such as " em be "' } : { vi: `viết ${now}`, en: `write ${now}` },
      );
    }
    if (node.op === 'rcall' && node.args[0] === 'says') {
      const saying = plainSaying(node);
      if (saying === null) {
        wrong(
          { vi: 'says chỉ tìm trong description, những từ viết trong danh sách', en: 'says seeks in description alone, words that are written out in a list' },
          { vi: 'viết như description.says(["bất tỉnh", "hôn mê"], ["…"]); danh sách thứ hai là ngoại lệ', en: 'write it as description.says(["bất tỉnh", "hôn mê"], ["…"]); the second list are exceptions' },
        );
      }
      for (const words of saying?.flat() ?? []) {
        const right = wordsAsSought(words);
        if (right === words && right !== '') continue;
        wrong(
          { vi: `says không bao giờ thấy ${JSON.stringify(words)}: chỉ viết chữ thường, không dấu câu, một dấu cách giữa các từ`, en: `says never finds ${JSON.stringify(words)}: write lower case without punctuation, one space between words` },
          right === '' ? { vi: 'viết từ cần tìm, ví dụ "em bé"', en: 'write the words to look for, such as "em bé"' } : { vi: `viết ${JSON.stringify(right)}`, en: `write ${JSON.stringify(right)}` },
        );
      }
    }
    childrenOf(node).forEach(look);
  };
  look(condition.ast);
  return good;
}

/** What must stand there: anywhere in the text, at one of its ends, or all of it. */
interface Sought {
  text: string;
  begins: boolean;
  ends: boolean;
}

/** What a node seeks in `descriptionPlain`, or compares it with. */
function soughtInPlain(node: Condition['ast']): Sought[] {
  const plain = plainComparison(node) ?? plainMembership(node);
  if (plain?.name === 'descriptionPlain') {
    const values = 'values' in plain ? plain.values : [plain.value];
    return values.filter((value) => typeof value === 'string').map((text) => ({ text, begins: true, ends: true }));
  }
  if (node.op !== 'rcall') return [];
  const [on, sought] = childrenOf(node);
  const text = literal(sought);
  if (on?.op !== 'id' || on.args !== 'descriptionPlain' || typeof text !== 'string') return [];
  return [{ text, begins: node.args[0] === 'startsWith', ends: node.args[0] === 'endsWith' }];
}

/** The text as it would stand in plain words. A space at its ends stays where one was written, or where the plain words have theirs. */
function plainForm({ text, begins, ends }: Sought): string {
  const within = plainWords(text).trim();
  // Nothing sought is found everywhere: that is not the mistake that is looked for here.
  if (within === '') return text === '' ? '' : ' ';
  const whole = text.normalize('NFC');
  const blank = (character: string): boolean => plainWords(character).trim() === '';
  return `${begins || blank(whole.charAt(0)) ? ' ' : ''}${within}${ends || blank(whole.charAt(whole.length - 1)) ? ' ' : ''}`;
}
