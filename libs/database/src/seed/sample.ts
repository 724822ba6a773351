import type { SeedFiles } from './files';

/**
 * The built-in sample, in the words of the registry files: a resort at Đại Lải lake and the police bodies that answer for it. Marked as a sample in the site's kind and in each
 * telephone number, none of which exists; areas, capacities and the width of the stage's exits (3,000 guests leave in ten and a half minutes at the Green Guide's 82 people per
 * metre and minute) are plausible, not surveyed.
 */
export const SAMPLE_FILES: Required<Omit<SeedFiles, 'receivers' | 'events' | 'removeReceivers'>> = {
  bodies: {
    name: 'built-in bodies',
    text: `id,name,unit_code,level,parent,successor_of,valid_from,valid_to,phone
ca-phu-tho,Công an tỉnh Phú Thọ,25,province,,,,,0210 000 0113 (số mẫu)
ca-ngoc-thanh,Công an xã Ngọc Thanh,08749,commune,,,,2025-07-01,0211 000 0749 (số mẫu)
ca-xuan-hoa,Công an phường Xuân Hòa,08746,commune,ca-phu-tho,ca-ngoc-thanh,2025-07-01,,0211 000 0746 (số mẫu)
`,
  },
  sites: {
    name: 'built-in sites',
    text: `id,name,kind,unit_code,unit_as_of,lat,lon,capacity,phone
dai-lai,Khu nghỉ dưỡng hồ Đại Lải,resort (sample),08749,2025-02-28,21.33,105.715,5500,0211 000 5500 (số mẫu)
`,
  },
  zones: {
    name: 'built-in zones',
    text: `site_id,id,name,area_m2,capacity,water,exit_width_m
dai-lai,beach,Bãi tắm,6000,1800,true,
dai-lai,pool,Bể bơi,1600,600,true,
dai-lai,stage,Sân khấu ven hồ,1000,3000,false,3.5
dai-lai,gate,Cổng chính,800,900,false,
`,
  },
  publishers: {
    name: 'built-in publishers',
    text: `source,sites
/sites/dai-lai/security,dai-lai
`,
  },
};
