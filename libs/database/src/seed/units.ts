import type { Row } from './tables';

/**
 * The administrative units around Đại Lải lake, with their intervals. Source: the statistics office's lists before and after the reform of 2025 (as published 2025-07), the
 * resolutions that ended the districts on 2025-03-01 and merged communes and provinces on 2025-07-01.
 */
const DISTRICTS_END = '2025-03-01';
const MERGERS = '2025-07-01';

interface OldUnit {
  code: string;
  name: string;
  /** Code of the unit that its territory went to on 2025-07-01. */
  into: string;
}

const OLD_DISTRICTS: { code: string; name: string; communes: OldUnit[] }[] = [
  {
    code: '244',
    name: 'Thành phố Phúc Yên',
    communes: [
      { code: '08737', name: 'Phường Hùng Vương', into: '08740' },
      { code: '08740', name: 'Phường Hai Bà Trưng', into: '08740' },
      { code: '08743', name: 'Phường Phúc Thắng', into: '08740' },
      { code: '08746', name: 'Phường Xuân Hoà', into: '08746' },
      { code: '08747', name: 'Phường Đồng Xuân', into: '08746' },
      { code: '08749', name: 'Xã Ngọc Thanh', into: '08746' },
      { code: '08752', name: 'Xã Cao Minh', into: '08746' },
      { code: '08755', name: 'Phường Nam Viêm', into: '08740' },
      { code: '08758', name: 'Phường Tiền Châu', into: '08740' },
    ],
  },
];
const OLD_PROVINCE = { code: '26', name: 'Tỉnh Vĩnh Phúc', into: '25' };
/** The code 25 named a smaller Phú Thọ before the merger, 08740 and 08746 smaller wards: the code alone is no key. */
const PROVINCE = { code: '25', name: 'Tỉnh Phú Thọ' };
const COMMUNES = [
  { code: '08740', name: 'Phường Phúc Yên' },
  { code: '08746', name: 'Phường Xuân Hòa' },
];

const unit = (code: string, name: string, level: 'commune' | 'district' | 'province', parent: string | null, from: string | null, to: string | null): Row => ({
  code, name, level, parent_code: parent, valid_from: from, valid_to: to,
});
const succession = (from: string, fromSince: string | null, to: string, toSince: string | null, on: string): Row => ({
  from_code: from, from_valid_from: fromSince, to_code: to, to_valid_from: toSince, on_date: on,
});

/** Rows of `units`: each old commune twice (under its district, then straight under the province), then the merged ones. */
export const BUILT_IN_UNITS: Row[] = [
  unit(OLD_PROVINCE.code, OLD_PROVINCE.name, 'province', null, null, MERGERS),
  unit(PROVINCE.code, PROVINCE.name, 'province', null, null, MERGERS),
  unit(PROVINCE.code, PROVINCE.name, 'province', null, MERGERS, null),
  ...OLD_DISTRICTS.flatMap((district) => [
    unit(district.code, district.name, 'district', OLD_PROVINCE.code, null, DISTRICTS_END),
    ...district.communes.flatMap((commune) => [
      unit(commune.code, commune.name, 'commune', district.code, null, DISTRICTS_END),
      unit(commune.code, commune.name, 'commune', OLD_PROVINCE.code, DISTRICTS_END, MERGERS),
    ]),
  ]),
  ...COMMUNES.map((commune) => unit(commune.code, commune.name, 'commune', PROVINCE.code, MERGERS, null)),
];

/** Rows of `unit_successions`, each change of an interval included, so that a code can be followed forward through them alone. */
export const BUILT_IN_SUCCESSIONS: Row[] = [
  succession(OLD_PROVINCE.code, null, OLD_PROVINCE.into, MERGERS, MERGERS),
  succession(PROVINCE.code, null, PROVINCE.code, MERGERS, MERGERS),
  ...OLD_DISTRICTS.flatMap((district) =>
    district.communes.flatMap((commune) => [
      succession(commune.code, null, commune.code, DISTRICTS_END, DISTRICTS_END),
      succession(commune.code, DISTRICTS_END, commune.into, MERGERS, MERGERS),
    ]),
  ),
];
