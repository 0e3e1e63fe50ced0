import type { Language } from '@meistras/platform/http/language.rules';
import { pendingAtDeadline, testFailed } from '../suitability/suitability.rules.js';
import type { OptionExplanationDto } from './explanations.dto.js';

/** What a sentence is made of. */
type Facts = Omit<OptionExplanationDto, 'text'>;
type Words = Record<Language, string>;

/** Why the right is missing, by rule and code (R-ADM-02 to R-ADM-05, R-ADM-20, R-ADM-35, F-ADM-2, R-REG-15). */
const rights: Record<string, Words> = {
  FIRST_QUALIFICATION: {
    lt: 'kvalifikacijos dar neturite',
    en: 'you hold no qualification yet',
    vi: 'bạn chưa có bằng nghề nào',
  },
  QUALIFICATION_ALREADY_HELD: {
    lt: 'jau turite valstybės finansuotą kvalifikaciją',
    en: 'you already hold a qualification that the state paid for',
    vi: 'bạn đã có một bằng nghề do nhà nước chi trả',
  },
  QUALIFICATION_REQUIRED: {
    lt: 'tęstiniam mokymui reikia jau turėti kvalifikaciją',
    en: 'continuing training asks for a qualification that you already hold',
    vi: 'đào tạo tiếp tục yêu cầu bạn đã có bằng nghề',
  },
  TWO_OR_MORE_HELD: {
    lt: 'valstybė jau finansavo dvi ar daugiau Jūsų kvalifikacijų',
    en: 'the state already paid for two or more of your qualifications',
    vi: 'nhà nước đã chi trả từ hai bằng nghề trở lên của bạn',
  },
  HIGHER_EDUCATION_STATE_PAID: {
    lt: 'valstybė apmokėjo daugiau kaip pusę Jūsų aukštojo mokslo kreditų',
    en: 'the state paid for more than half of your higher education',
    vi: 'nhà nước đã chi trả hơn một nửa chương trình đại học của bạn',
  },
  STUDIES_IN_SEVERAL_PROGRAMMES: {
    lt: 'vienu metu mokotės keliose programose',
    en: 'you study in several programmes at once',
    vi: 'bạn đang học nhiều chương trình cùng lúc',
  },
  CONTINUING_ALREADY_USED: {
    lt: 'valstybė jau finansavo Jūsų tęstinį mokymą',
    en: 'the state already paid for continuing training of yours',
    vi: 'nhà nước đã chi trả một khóa đào tạo tiếp tục của bạn',
  },
  LIVE_AGREEMENT: {
    lt: 'jau turite galiojančią sutartį dėl valstybės finansuojamos vietos',
    en: 'you hold a live agreement on another state-funded place',
    vi: 'bạn đang có hợp đồng còn hiệu lực cho một chỗ học do nhà nước chi trả',
  },
  ONLY_WITH_BASIC_EDUCATION: {
    lt: 'Jūsų amžiuje galima rinktis tik programas kartu su pagrindiniu ugdymu',
    en: 'at your age only programmes together with basic education may be chosen',
    vi: 'ở tuổi của bạn chỉ được chọn chương trình kèm giáo dục cơ sở',
  },
  EDUCATION_MISSING: {
    lt: 'trūksta reikalaujamo išsilavinimo',
    en: 'the education that the programme asks for is missing',
    vi: 'bạn chưa có trình độ học vấn mà chương trình yêu cầu',
  },
  SECONDARY_STUDIED: {
    lt: 'vidurinio ugdymo programoje jau mokėtės',
    en: 'you already studied the secondary curriculum',
    vi: 'bạn đã học chương trình trung học phổ thông',
  },
  NOT_A_PUPIL: {
    lt: 'atskirus modulius renkasi tik mokiniai',
    en: 'single modules are for pupils',
    vi: 'mô-đun riêng lẻ chỉ dành cho học sinh phổ thông',
  },
  ONLY_MODULES: {
    lt: 'mokiniai renkasi tik atskirus modulius',
    en: 'pupils choose single modules only',
    vi: 'học sinh phổ thông chỉ được chọn mô-đun riêng lẻ',
  },
  GRADE_NOT_ADMITTED: {
    lt: 'Jūsų klasės mokiniai modulių rinktis negali',
    en: 'pupils of your grade may not choose modules',
    vi: 'học sinh lớp của bạn không được chọn mô-đun',
  },
  TEST_TOO_LATE: {
    lt: 'programa pasirinkta per vėlai, stojamojo testo laikyti nebebuvo kada',
    en: 'the programme was listed too late for its last entrance test',
    vi: 'chương trình được chọn quá muộn so với kỳ kiểm tra đầu vào cuối cùng',
  },
  OFFERING_CLOSED: {
    lt: 'įstaiga šios programos vykdyti nebegali',
    en: 'the institution may no longer run the programme',
    vi: 'cơ sở không còn được phép đào tạo chương trình này',
  },
};

const unknownRight: Words = {
  lt: 'teisė nenustatyta',
  en: 'the right was not established',
  vi: 'chưa xác định được quyền',
};

/** What put the last one taken before the applicant, in one language. */
type Told = Record<Language, (facts: Facts) => string>;

const deciders: Record<string, Told> = {
  NO_PLACES: { lt: () => 'vietų nebuvo', en: () => 'there were no places', vi: () => 'không có chỗ nào' },
  TIER: {
    lt: () => 'pirmiau priimami kvalifikacijos neturintys asmenys',
    en: () => 'persons without a qualification come first',
    vi: () => 'người chưa có bằng nghề được xét trước',
  },
  SCORE: {
    lt: ({ own, cutOff }) =>
      `Jūsų konkursinis balas ${number(own?.score, 'lt')}, paskutinio priimtojo ${number(cutOff?.score, 'lt')}`,
    en: ({ own, cutOff }) =>
      `your score is ${number(own?.score, 'en')}, that of the last one taken ${number(cutOff?.score, 'en')}`,
    vi: ({ own, cutOff }) =>
      `điểm của bạn là ${number(own?.score, 'vi')}, của người cuối cùng được nhận là ${number(cutOff?.score, 'vi')}`,
  },
  CRITERION: {
    lt: ({ criterion }) => `balai lygūs, lėmė pirmumo kriterijus${criterion === undefined ? '' : ` ${criterion}`}`,
    en: ({ criterion }) =>
      `the scores are equal, a priority criterion decided${criterion === undefined ? '' : ` (${criterion})`}`,
    vi: ({ criterion }) =>
      `điểm bằng nhau, tiêu chí ưu tiên quyết định${criterion === undefined ? '' : ` (${criterion})`}`,
  },
  LOTTERY: {
    lt: () => 'balai ir kriterijai lygūs, lėmė iš anksto įsipareigota loterija',
    en: () => 'score and criteria are equal, the lottery committed to beforehand decided',
    vi: () => 'điểm và tiêu chí bằng nhau, kết quả bốc thăm đã cam kết trước quyết định',
  },
};

/** Made once: a formatter costs a hundred times what it formats. */
const formats: Record<Language, Intl.NumberFormat> = {
  lt: new Intl.NumberFormat('lt', { maximumFractionDigits: 4 }),
  en: new Intl.NumberFormat('en', { maximumFractionDigits: 4 }),
  vi: new Intl.NumberFormat('vi', { maximumFractionDigits: 4 }),
};

const number = (value: number | undefined, language: Language): string =>
  value === undefined ? '–' : formats[language].format(value);

/** Reasons that the platform itself states; any other is a code of the institution, in a field of its own. */
const unsuitable: Record<string, Words> = {
  [pendingAtDeadline]: {
    lt: 'Jūsų tinkamumas šiai programai iki nustatyto termino nebuvo nustatytas, todėl šis pageidavimas konkurse nedalyvavo.',
    en: 'Your suitability for the programme was not established by the deadline, so this preference did not compete.',
    vi: 'Đến hạn chót vẫn chưa xác định được bạn có phù hợp với chương trình hay không, nên nguyện vọng này không được xét.',
  },
  [testFailed]: {
    lt: 'Neišlaikėte šios programos stojamojo testo.',
    en: 'You did not pass the entrance test of the programme.',
    vi: 'Bạn không đạt kỳ kiểm tra đầu vào của chương trình.',
  },
};

const foundUnsuitable: Words = {
  lt: 'Įstaiga nustatė, kad šiai programai netinkate arba trūksta dokumentų.',
  en: 'The institution found you unsuitable for the programme, or documents are missing.',
  vi: 'Cơ sở đào tạo xác định bạn không phù hợp với chương trình hoặc còn thiếu giấy tờ.',
};

const obtained: Words = {
  lt: 'Ši vieta skirta Jums.',
  en: 'This place is yours.',
  vi: 'Bạn đã nhận được chỗ học này.',
};

const notReached: Words = {
  lt: 'Gavote vietą pagal aukštesnį pageidavimą.',
  en: 'You obtained a place that you ranked higher.',
  vi: 'Bạn đã nhận được chỗ học ở nguyện vọng cao hơn.',
};

/** Section 5.3 in plain words; says of nobody else but the score of the last one taken. */
export function inWords(facts: Facts, language: Language): string {
  switch (facts.code) {
    case 'OBTAINED':
      return obtained[language];
    case 'NOT_REACHED':
      return notReached[language];
    case 'NOT_ENTITLED':
      return notEntitled[language](facts);
    case 'UNSUITABLE':
      return (unsuitable[facts.reason ?? ''] ?? foundUnsuitable)[language];
    case 'BELOW_OFFERING_CUTOFF':
      return belowOffering[language](facts, decisionOn(facts, language));
    default:
      return belowField[language](facts, decisionOn(facts, language));
  }
}

const decisionOn = (facts: Facts, language: Language): string =>
  (deciders[facts.decidedBy ?? ''] ?? deciders['NO_PLACES']!)[language](facts);

const rightOf = ({ facts = {} }: Facts): Words => rights[String(facts['code'])] ?? unknownRight;

const notEntitled: Told = {
  lt: (facts) => `Šis pageidavimas konkurse nedalyvavo: ${rightOf(facts).lt} (${facts.rule ?? ''}).`,
  en: (facts) => `This preference did not compete: ${rightOf(facts).en} (${facts.rule ?? ''}).`,
  vi: (facts) => `Nguyện vọng này không được xét: ${rightOf(facts).vi} (${facts.rule ?? ''}).`,
};

type ToldWhy = Record<Language, (facts: Facts, why: string) => string>;

const belowOffering: ToldWhy = {
  lt: ({ places = 0 }, why) => `Visos šios programos vietos (${places}) užimtos: ${why}.`,
  en: ({ places = 0 }, why) => `All places of the programme (${places}) are taken: ${why}.`,
  vi: ({ places = 0 }, why) => `Tất cả chỗ học của chương trình (${places}) đã hết: ${why}.`,
};

const belowField: ToldWhy = {
  lt: ({ places = 0, seatsFree = 0, fieldCode = '' }, why) =>
    `Valstybės finansuojamos ${fieldCode} srities vietos (${places}) išdalytos, nors programoje liko laisvų vietų (${seatsFree}): ${why}.`,
  en: ({ places = 0, seatsFree = 0, fieldCode = '' }, why) =>
    `The state-funded places of field ${fieldCode} (${places}) are given out, though seats of the programme are free (${seatsFree}): ${why}.`,
  vi: ({ places = 0, seatsFree = 0, fieldCode = '' }, why) =>
    `Chỗ học do nhà nước chi trả của lĩnh vực ${fieldCode} (${places}) đã hết, dù chương trình còn chỗ trống (${seatsFree}): ${why}.`,
};
