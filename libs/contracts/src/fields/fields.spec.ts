import fc from 'fast-check';
import { isIdentifier } from './fields';

/** The rule as the contract says it, in one expression. */
const RULE = /^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]{1,256}$/u;

describe('isIdentifier', () => {
  it('is the rule of the contract for any text, the plain ones that are told without it too', () => {
    const plain = fc.string({ maxLength: 300 });
    const any = fc.oneof(plain, fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ minLength: 250, maxLength: 260 }));
    fc.assert(fc.property(any, (text) => isIdentifier(text) === RULE.test(text)), { numRuns: 1_000 });
  });

  it.each([['', false], ['a'.repeat(256), true], ['a'.repeat(257), false], ['🏖'.repeat(256), true], ['a\u007f', false], ['\u001f', false], ['~ !', true], [7, false], [null, false]])('%j: %j', (value, right) => {
    expect(isIdentifier(value)).toBe(right);
  });
});
