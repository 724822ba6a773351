import { builtInDocument, builtInPolicy } from './built-in';
import { PolicyRefused } from './problems';
import { readablePolicy } from './readable';

describe('a policy for people', () => {
  it('has every rule and step of the document, with condition, effect and source', () => {
    const policy = readablePolicy(builtInDocument());
    expect(policy.rules.map(({ id, steps }) => [id, steps.length])).toEqual(builtInPolicy().rules.map(({ id, steps }) => [id, steps.length]));
    expect(policy.rules.find(({ id }) => id === 'weapon')).toEqual({
      id: 'weapon', categories: null, greatestOf: null, source: expect.stringContaining('requirement'),
      steps: [{ when: 'weapon', points: 25, floor: 'high', text: { vi: 'Có hung khí', en: 'A weapon was seen' } }],
    });
    expect(policy.rules.find(({ id }) => id === 'occupancy-ratio')).toMatchObject({ categories: ['crowd-sensitive'], greatestOf: 'crowd' });
    expect(policy.rules.find(({ id }) => id === 'occupancy-ratio')?.steps.map(({ when }) => when)).toEqual(['ratio ≥ 0.7', 'ratio ≥ 0.85', 'ratio ≥ 0.95', 'ratio > 1']);
    expect(policy.thresholds).toMatchObject({ moderate: 25, high: 50, critical: 75 });
    expect(Object.keys(policy.categories)).toEqual(Object.keys(builtInPolicy().categories));
  });

  it('says crowds, situations and surprises in words of both languages, with their figures and sources', () => {
    const { crowd, situations, surprise } = readablePolicy(builtInDocument());
    expect(Object.keys(crowd)).toEqual(Object.keys(builtInPolicy().crowd));
    expect(crowd.ratio).toMatchObject({ bands: builtInPolicy().crowd.ratio.bands, source: expect.stringContaining('proposal: '), text: {
      vi: 'Số khách trên sức chứa: cần theo dõi từ 70 %; đông từ 85 %; cần ngừng đón thêm khách từ 95 %; vượt ngưỡng an toàn trên 100 %',
      en: 'Guests of the capacity: watch from 70 %; crowded from 85 %; stop letting people in from 95 %; over the limit above 100 %',
    } });
    expect(crowd.hold.text.vi).toBe('Hạ mức khi mọi số đếm trong 10 phút đều thấp hơn ngưỡng quá 5 %');
    expect(crowd.stall.text.en).toBe("Stuck: 100 people or more, 6 counts of 3 h within 2 %, none more than 90 min after the last, between 9 and 24 o'clock (a whole site: until 21); believed when it moves by 5 %");
    expect(crowd.alert.text.vi).toBe('Báo công an: cần ngừng đón thêm khách → cao; vượt ngưỡng an toàn → nguy cấp; báo lại khi đông thêm 10 % sức chứa hoặc 1 người/m²');
    expect(situations.map(({ text: _t, source: _s, ...kin }) => kin)).toEqual(builtInPolicy().situations.kins);
    expect(situations[0]?.text.vi).toBe('Cháy, nổ: cùng một vụ khi cách tin trước không quá 30 phút và cách tin đầu không quá 120 phút, và cách nhau không quá 300 m');
    expect(surprise.window.text.vi).toBe('Đếm các vụ cùng loại trong 2 giờ; dưới 3 vụ thì không coi là bất thường');
    for (const { text, source } of [...Object.values(crowd), ...situations, ...Object.values(surprise)]) expect(/undefined|NaN/.test(`${text.vi}${text.en}${source}`)).toBe(false);
  });

  it('is refused where it is no policy', () => {
    expect(() => readablePolicy('id: x')).toThrow(PolicyRefused);
  });
});
