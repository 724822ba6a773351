import { builtInDocument } from '@vong-gac/policy';

/** The built-in policy's document under another name, valid since 2020. @param theft points of a theft, 20 in the built-in one (low; from 40 on moderate) */
export function otherPolicy({ id = 'night', version = 1, theft = 20 } = {}): string {
  return builtInDocument()
    .replace(/^id: .*$/m, `id: ${id}`)
    .replace(/^version: .*$/m, `version: ${version}`)
    .replace(/^validFrom: .*$/m, 'validFrom: "2020-01-01"')
    .replace('security.theft: { points: 20,', `security.theft: { points: ${theft},`);
}
