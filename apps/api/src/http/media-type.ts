/**
 * Which of two types a caller would rather have, by its Accept header (RFC 9110): the first one unless the second has the higher quality.
 * Without a header, or where neither is named, the first.
 */
export function prefers(accept: string | undefined, first: string, second: string): string {
  return qualityOf(accept, second) > qualityOf(accept, first) ? second : first;
}

function qualityOf(accept: string | undefined, type: string): number {
  const ranges = (accept ?? '*/*').split(',').map((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { name, quality: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  // The most specific range that fits decides.
  for (const wanted of [type, `${type.split('/', 1)[0]}/*`, '*/*']) {
    const found = ranges.find((range) => range.name === wanted);
    if (found !== undefined) return found.quality;
  }
  return 0;
}
