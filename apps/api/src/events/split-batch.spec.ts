import * as fc from 'fast-check';
import { splitArray } from './split-batch';

describe('splitArray', () => {
  it('gives the elements exactly as written', () => {
    expect(splitArray(' [ {"a":1,"a":2} , [1,[2]] ,"x\\"],[" , 9007199254740993, 1e400 ] ')).toEqual(['{"a":1,"a":2}', '[1,[2]]', '"x\\"],["', '9007199254740993', '1e400']);
  });

  it('gives nothing for an empty array', () => {
    expect(splitArray('[]')).toEqual([]);
    expect(splitArray(' [ \n ] ')).toEqual([]);
  });

  it('cuts any array where JSON does, however it is spaced', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom('', ' ', '\n\t'), (values, space) => {
        const text = `[${values.map((value) => JSON.stringify(value, null, space)).join(`${space},${space}`)}]`;
        expect(splitArray(text).map((part) => JSON.parse(part) as unknown)).toEqual(JSON.parse(text));
      }),
    );
  });
});
