import type { SeedProblem } from './csv';
import { readFiles, receiverId, type SeedFiles } from './files';
import { afterPlan, changes, planChanges } from './plan';
import { SAMPLE_FILES } from './sample';
import { byTable, type Row, type TableName, type TableRows } from './tables';
import { BUILT_IN_SUCCESSIONS, BUILT_IN_UNITS } from './units';

const EMPTY: TableRows = byTable(() => []);

function read(files: SeedFiles): { rows: Partial<Record<TableName, Row[]>>; problems: SeedProblem[] } {
  const problems: SeedProblem[] = [];
  const { rows } = readFiles(files, () => '2026-11-23', problems);
  return { rows, problems };
}

const one = (kind: keyof SeedFiles, text: string) => read({ [kind]: { name: `${kind}.csv`, text } });
const places = (problems: SeedProblem[]): string[] => problems.map(({ line, column }) => `${line}:${column}`);

describe('registry files', () => {
  it('reads the built-in sample without a problem', () => {
    expect(read(SAMPLE_FILES).problems).toEqual([]);
  });

  it('takes a BOM, CRLF, quoted cells over lines, blank lines, and columns in any order', () => {
    const { rows, problems } = one('publishers', '\uFEFFsites,source\r\n\r\n"a; b;a",/s/1\r\n*,/s/2\r\n');
    expect(problems).toEqual([]);
    expect(rows.publisher_sites).toEqual([{ source: '/s/1', site_id: 'a' }, { source: '/s/1', site_id: 'b' }, { source: '/s/2', site_id: '*' }]);
  });

  it('takes the width of a zone\'s exits where a file has the column', () => {
    const header = 'site_id,id,name,area_m2,capacity,water';
    expect(one('zones', `${header},exit_width_m\nx,a,A,100,50,false,2.5\nx,b,B,100,50,false,\n`).rows.zones).toMatchObject([{ exit_width_m: 2.5 }, { exit_width_m: null }]);
    expect(one('zones', `${header}\nx,a,A,100,50,false\n`).rows.zones).toMatchObject([{ exit_width_m: null }]);
    expect(places(one('zones', `${header},exit_width_m\nx,a,A,100,50,false,0\n`).problems)).toEqual(['2:exit_width_m']);
  });

  it('gives a site without unit_as_of the day that the caller knows for it', () => {
    expect(one('sites', 'id,name,kind,unit_code,lat,lon,capacity\nx,X,resort,08746,21,105,10\n').rows.sites).toMatchObject([{ unit_as_of: '2026-11-23', phone: null }]);
  });

  it.each([
    ['a misspelt column', 'sites', 'id,name,kind,unit_code,lat,lon,capcity\n', ['1:capacity', '1:capcity']],
    ['a column twice', 'publishers', 'source,sites,sites\n/a,b,c\n', ['1:sites']],
    ['a missing cell', 'publishers', 'source,sites\n/a\n/b,x\n', ['2:']],
    ['a quote that stays open', 'publishers', 'source,sites\n/a,"x\n', ['2:']],
    ['the same row twice', 'publishers', 'source,sites\n/a,x\n/a,y\n', ['3:']],
    ['a source that would name alerts about crowds', 'publishers', 'source,sites\n/a#crowd,x\n', ['2:source']],
    ['a NUL', 'publishers', 'source,sites\n/a,x\u0000\n', ['2:']],
    ['a unit code without its zeros', 'bodies', 'id,name,unit_code,level\na,A,8746,commune\n', ['2:unit_code']],
    ['31 February', 'bodies', 'id,name,unit_code,level,valid_from\na,A,08746,commune,2026-02-31\n', ['2:valid_from']],
    ['an event without a last day', 'events', 'site_id,from,to,name\na,2026-04-25,,Đêm nhạc\n', ['2:to']],
    ['a short secret and a wrong address', 'receivers', 'body_id,kind,url,secret\na,webhook,ca.vn,whsec_c2hvcnQ=\n', ['2:url', '2:secret']],
    ['a password in an address', 'receivers', `body_id,kind,url,secret\na,webhook,https://u:p@ca.vn/,whsec_${Buffer.alloc(24).toString('base64')}\n`, ['2:url']],
    ['an empty file', 'zones', '', ['1:site_id', '1:id', '1:name', '1:area_m2', '1:capacity', '1:water']],
  ] as const)('names the place of %s', (_name, kind, text, expected) => {
    const { problems } = one(kind, text);
    expect(places(problems)).toEqual(expected);
    expect(problems.every(({ remedy }) => remedy !== '')).toBe(true);
  });

  it('derives the id of a receiver from body, kind and address alone', () => {
    expect(receiverId('ca-xuan-hoa', 'webhook', 'https://ca.vn/in')).toBe(receiverId('ca-xuan-hoa', 'webhook', 'https://ca.vn/in'));
    expect(receiverId('ca-xuan-hoa', 'webhook', 'https://ca.vn/in')).not.toBe(receiverId('ca-phu-tho', 'webhook', 'https://ca.vn/in'));
  });
});

describe('the plan of a seed', () => {
  const wanted = { ...read(SAMPLE_FILES).rows, units: BUILT_IN_UNITS, unit_successions: BUILT_IN_SUCCESSIONS };
  const seeded = afterPlan(EMPTY, planChanges(EMPTY, wanted));

  it('changes nothing the second time', () => {
    expect(changes(planChanges(seeded, wanted))).toBe(false);
  });

  it('tells an added row from a changed one, and leaves alone what no file names', () => {
    const sites = one('sites', 'id,name,kind,unit_code,unit_as_of,lat,lon,capacity\ndai-lai,Hồ,resort,08749,2025-02-28,21.33,105.715,6000\nnew,Mới,resort,08746,,21,105,10\n').rows;
    const plan = planChanges(seeded, sites);
    expect([plan.sites.added, plan.sites.changed].map((rows) => rows.map((row) => row.id))).toEqual([['new'], ['dai-lai']]);
    expect([plan.bodies, plan.publishers].every(({ added, changed, removed }) => added.length + changed.length + removed.length === 0)).toBe(true);
  });

  it('takes the sites of a named publisher as given, and those of no other', () => {
    const two = afterPlan(seeded, planChanges(seeded, one('publishers', 'source,sites\n/other,dai-lai\n').rows));
    const plan = planChanges(two, one('publishers', 'source,sites\n/sites/dai-lai/security,*\n').rows);
    expect(plan.publisher_sites.removed).toEqual([{ source: '/sites/dai-lai/security', site_id: 'dai-lai' }]);
    expect(plan.publisher_sites.added).toEqual([{ source: '/sites/dai-lai/security', site_id: '*' }]);
  });
});
