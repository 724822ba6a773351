import { STYLE } from './style';

/** Relative luminance of `#rgb` or `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const hex = colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit).join('') : colour.slice(1);
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function variables(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--(\w+):(#[0-9a-f]{3,6})/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

const [light = {}, dark = {}] = STYLE.split('@media(prefers-color-scheme:dark)').map((part) => variables(part.split('}', 1)[0] ?? ''));
const ground = (name: string) => new RegExp(`\\.${name}\\{background:(#[0-9a-f]{3,6})(?:;color:(#[0-9a-f]{3,6}))?`).exec(STYLE);

describe('colours of the officer’s page', () => {
  it.each([['light', light], ['dark', { ...light, ...dark }]] as Array<[string, Record<string, string>]>)('keep WCAG AA for text in %s', (_scheme, at) => {
    const pairs: Array<[string, string]> = [['ink', 'bg'], ['ink', 'card'], ['soft', 'bg'], ['soft', 'card'], ['link', 'bg'], ['warn', 'warnbg'], ['bg', 'ink']];
    for (const [text, on] of pairs) expect([text, on, contrast(at[text] ?? '', at[on] ?? '') >= 4.5]).toEqual([text, on, true]);
    expect(contrast('#fff', at['go'] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['critical', 'high', 'moderate', 'low'])('keep WCAG AA on the strip of level %s', (level) => {
    const found = ground(level);
    expect(contrast(found?.[2] ?? '#fff', found?.[1] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});
