import { NAME_LENGTH } from '../limits';

const COOKIE = 'vg_name';
const YEAR_SECONDS = 31_536_000;

/** The name that this phone gave last, so that the next alert takes one touch; null: none. */
export function nameFrom(header: string | undefined): string | null {
  const value = (header ?? '').split(';').map((part) => part.trim()).find((part) => part.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  if (value === undefined) return null;
  try {
    const name = decodeURIComponent(value).trim();
    return name !== '' && name.length <= NAME_LENGTH ? name : null;
  } catch {
    return null; // not written by us
  }
}

/** Kept for the officer's pages only, out of scripts' reach. `Lax`: the link is opened from another program. */
export function nameCookie(name: string, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${COOKIE}=${encodeURIComponent(name)}; Path=/a; Max-Age=${YEAR_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
}
