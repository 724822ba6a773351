/**
 * The scripted day of the demo, in the words of the domain: edit here what happens at the resort. Times are the day's own clock; the day is moved so that
 * DAY.end is now.
 */

export const DAY = { start: '06:00', end: '22:00', site: 'dai-lai', source: '/sites/dai-lai/security', volumesEveryMinutes: 5, ordinaryIncidents: 172 } as const;

/** How the guests come and go: people present at these hours, straight lines between them. '' is the whole site. */
export const GUESTS: Readonly<Record<string, readonly (readonly [time: string, people: number])[]>> = {
  '': [['06:00', 860], ['08:00', 1900], ['10:00', 3650], ['12:00', 4400], ['14:00', 4720], ['16:00', 5090], ['18:00', 4880], ['20:00', 5310], ['21:00', 5420], ['22:00', 4300]],
  beach: [['06:00', 40], ['09:00', 620], ['11:00', 1150], ['13:00', 900], ['16:00', 1720], ['18:00', 640], ['20:00', 120], ['22:00', 30]],
  pool: [['06:00', 10], ['09:00', 210], ['11:00', 430], ['15:00', 560], ['18:00', 300], ['22:00', 20]],
  stage: [['06:00', 0], ['17:00', 60], ['18:30', 700], ['19:30', 2300], ['20:30', 2920], ['21:00', 2880], ['22:00', 400]],
  gate: [['06:00', 60], ['08:30', 690], ['10:00', 520], ['12:00', 260], ['17:00', 430], ['20:00', 190], ['21:45', 620], ['22:00', 540]],
};

/** What one report says beside its time. */
export interface Report {
  category: string;
  zone?: string;
  text: string;
  injured?: number;
  involved?: number;
  weapon?: boolean;
  verification?: number;
  severity?: string;
  status?: string;
}

export interface Scene extends Report {
  /** Event id; other scenes and the officer name it. */
  id: string;
  /** What the scene shows, for who watches. */
  shows: string;
  /** When it occurred. */
  at: string;
  /** When it was sent, where that was later. */
  sentAt?: string;
  /** Sent again, byte for byte. */
  againAt?: string;
  corrects?: string;
}

export const SCENES: readonly Scene[] = [
  {
    id: 'ca-sang-mat-vi', shows: 'a theft: stored, no alert', at: '08:25', category: 'security.theft', zone: 'beach', involved: 1,
    text: 'Khách báo mất ví và điện thoại để trên ghế bãi tắm, bảo vệ đang xem lại camera',
  },
  {
    id: 'dien-tap-chay', shows: 'an exercise', at: '09:00', category: 'fire.fire', zone: 'stage', status: 'Exercise', involved: 40, verification: 2,
    text: 'Diễn tập chữa cháy sân khấu theo phương án quý, có đội chữa cháy cơ sở tham gia',
  },
  {
    id: 'xo-xat-bai-xe', shows: 'a late report: it occurred four hours before it was sent', at: '09:10', sentAt: '13:15', category: 'violence.assault', zone: 'gate', injured: 1, involved: 2, verification: 2,
    text: 'Lái xe đưa đoàn bị đánh ở bãi xe, mấy giờ sau mới báo phòng bảo vệ',
  },
  {
    id: 'khoi-bep-nuong', shows: 'smoke: it will turn out to be a false alarm', at: '11:40', category: 'fire.smoke', zone: 'pool', verification: 1,
    text: 'Khói dày phía sau quầy nước bể bơi, chưa rõ nguồn',
  },
  {
    id: 'khoi-bep-nuong-2', shows: 'the correction: a false alarm', at: '11:40', sentAt: '11:58', corrects: 'khoi-bep-nuong', category: 'other.other', zone: 'pool', verification: 2,
    text: 'Đã kiểm tra: khói của bếp nướng than, không cháy, báo động giả',
  },
  {
    id: 'tre-lac-bai-tam', shows: 'a lost child', at: '14:20', category: 'rescue.lost-child', zone: 'beach', involved: 1, verification: 2,
    text: 'Bé gái khoảng 5 tuổi, áo vàng, lạc mẹ ở bãi tắm từ 10 phút trước; đã phát loa, cứu hộ đang rà mép nước',
  },
  {
    id: 'duoi-nuoc-be-boi', shows: 'a near drowning', at: '15:35', againAt: '15:50', category: 'rescue.drowning', zone: 'beach', injured: 1, involved: 1, verification: 4, severity: 'Severe',
    text: 'Nam thanh niên đuối nước ngoài phao, cứu hộ đã đưa lên bờ, đang hồi sức, đã gọi 115',
  },
  {
    id: 'goi-sai-ten', shows: 'a misspelt category: it counts as the worst of its group, and the publisher is told', at: '16:45', category: 'rescue.boat-acident', zone: 'beach', involved: 3, verification: 2,
    text: 'Thuyền đạp nước bị lật gần bờ, ba khách mặc áo phao đã bám được thuyền',
  },
  {
    id: 'mang-dao-o-cong', shows: 'a weapon at the gate: nobody acknowledges it, so it goes up to the province', at: '18:50', category: 'violence.weapon', zone: 'gate', weapon: true, involved: 1, verification: 3,
    text: 'Thanh niên mang dao phay bị chặn ở cổng, bỏ chạy về phía bãi xe',
  },
  {
    id: 'danh-nhau-san-khau', shows: 'a fight in the crowd before the stage', at: '20:35', againAt: '20:44', category: 'violence.fight', zone: 'stage', injured: 1, involved: 12, verification: 3,
    text: 'Hai nhóm thanh niên đánh nhau trước sân khấu, đám đông dạt ra, một người chảy máu đầu',
  },
  {
    id: 'danh-nhau-san-khau-2', shows: 'the corrected report: more people hurt', at: '20:35', sentAt: '20:58', corrects: 'danh-nhau-san-khau', category: 'violence.fight', zone: 'stage', injured: 3, involved: 15, verification: 3,
    text: 'Bổ sung: ba người bị thương, đã tách hai nhóm, một nhóm còn ở sau sân khấu',
  },
  {
    id: 'gay-ga-mui', shows: 'a gas leak', at: '21:10', category: 'fire.gas-leak', zone: 'pool', involved: 2, verification: 2,
    text: 'Mùi gas nồng ở bếp nhà hàng bể bơi, đã khoá van và cho khách ra ngoài',
  },
  {
    id: 'thu-duong-truyen', shows: 'a test of the line', at: '06:20', category: 'security.robbery', zone: 'gate', status: 'Test',
    text: 'Thử đường truyền đầu ca, không có việc gì xảy ra',
  },
];

/** The officer leaves this one alone. */
export const LEFT_ALONE = 'mang-dao-o-cong';
/** The officer closes this one as a false alarm, once the correction came. */
export const FALSE_ALARM = 'khoi-bep-nuong';

export interface Ordinary extends Report {
  /** How often, against the others. */
  share: number;
  zones: readonly [string, ...string[]];
}

/** What happens all day and is nobody's alert. */
export const ORDINARY: readonly [Ordinary, ...Ordinary[]] = [
  { share: 22, category: 'security.lost-property', zones: ['beach', 'pool', 'gate'], text: 'Khách báo để quên đồ, đã ghi vào sổ tìm đồ thất lạc' },
  { share: 14, category: 'traffic.congestion', zones: ['gate'], text: 'Xe dồn ở cổng, bảo vệ phân luồng sang bãi phụ', involved: 2 },
  { share: 12, category: 'health.emergency', zones: ['beach', 'pool'], text: 'Khách mệt vì nắng, đã sơ cứu ở trạm y tế' },
  { share: 10, category: 'security.theft', zones: ['beach', 'pool', 'stage'], text: 'Khách báo mất đồ để trên ghế, đang xem lại camera' },
  { share: 9, category: 'order.drunkenness', zones: ['stage', 'gate'], text: 'Khách say rượu nói to, đã có người thân đưa về phòng', involved: 1 },
  { share: 8, category: 'suspicion.person', zones: ['gate', 'beach'], text: 'Người lạ đi dọc khu nhà, bảo vệ đã hỏi và ghi lại' },
  { share: 7, category: 'lodging.violation', zones: ['gate'], text: 'Khách lưu trú chưa khai báo tạm trú, đã nhắc' },
  { share: 7, category: 'order.trespass', zones: ['beach'], text: 'Người ngoài vào qua lối bờ hồ, đã mời ra', involved: 2 },
  { share: 6, category: 'order.drone', zones: ['beach', 'stage'], text: 'Flycam bay trên khu tắm, đã yêu cầu hạ xuống' },
  { share: 5, category: 'suspicion.vehicle', zones: ['gate'], text: 'Xe đỗ qua đêm không rõ chủ, đã chụp biển số lưu tại khu' },
];

/** What a careless or broken sender sends; each ends in quarantine, and its neighbours go on. */
export interface BrokenMessage {
  at: string;
  shows: string;
  /** How it is broken (script.ts knows how to make each). */
  how: 'not-json' | 'cp1252' | 'unknown-publisher' | 'unknown-site' | 'no-category' | 'unknown-type' | 'conflict' | 'unreadable-status';
  /** With `conflict`: the event whose id says something else now. */
  of?: string;
}

export const BROKEN: readonly BrokenMessage[] = [
  { at: '07:15', how: 'not-json', shows: 'half a message: the sender was cut off' },
  { at: '10:05', how: 'cp1252', shows: 'Vietnamese in the wrong encoding' },
  { at: '12:30', how: 'unknown-publisher', shows: 'a sender that nobody registered' },
  { at: '13:40', how: 'unknown-site', shows: 'a site that nobody registered' },
  { at: '16:10', how: 'no-category', shows: 'an incident without a category' },
  { at: '17:20', how: 'conflict', of: 'ca-sang-mat-vi', shows: 'the id of another report, with other content' },
  { at: '19:05', how: 'unknown-type', shows: 'an event type that does not exist' },
  { at: '19:40', how: 'unreadable-status', shows: 'a status that is neither Actual nor Exercise nor Test' },
];
