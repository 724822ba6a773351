/**
 * The elements of a JSON array as they were written: an event of a batch is stored as exact text too, which parsing and writing it again would change
 * (repeated keys, 9007199254740993, 1e400).
 * @param text an array that JSON.parse takes; anything else gives elements that decode refuses.
 */
export function splitArray(text: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = -1;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = endOfString(text, i);
    else if (char === '[' || char === '{') {
      depth++;
      if (depth === 1) start = i + 1;
    } else if (char === ']' || char === '}') {
      depth--;
      if (depth === 0) add(elements, text.slice(start, i));
    } else if (char === ',' && depth === 1) {
      add(elements, text.slice(start, i));
      start = i + 1;
    }
  }
  return elements;
}

function add(elements: string[], element: string): void {
  const trimmed = element.trim();
  if (trimmed !== '') elements.push(trimmed);
}

/** Position of the quote that ends the string beginning at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}
