import * as fc from 'fast-check';
import { html } from './html';

describe('html', () => {
  it('escapes values, keeps markup of its own, and joins lists', () => {
    const inner = html`<b>${'<&>'}</b>`;
    expect(html`<p title="${'"x" `y` \'z\''}">${inner}${null}${false}${0}${['a', html`<i>${'>'}</i>`]}</p>`.text).toBe(
      '<p title="&#34;x&#34; &#96;y&#96; &#39;z&#39;"><b>&#60;&#38;&#62;</b>0a<i>&#62;</i></p>',
    );
  });

  it('lets no value leave its place, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const { text } = html`<a href="${value}">${value}</a>`;
        expect(text.slice('<a href="'.length, -'</a>'.length)).not.toMatch(/[<'`]/);
        expect(text.match(/"/g)).toHaveLength(2);
        expect(text.match(/[<>]/g)).toHaveLength(4);
      }),
    );
  });
});
