import type { Language } from '@meistras/platform/http/language.rules';
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

/** What put the last one taken before the applicant. */
const deciders: Record<string, (facts: Facts) => Words> = {
  NO_PLACES: () => ({ lt: 'vietų nebuvo', en: 'there were no places', vi: 'không có chỗ nào' }),
  TIER: () => ({
    lt: 'pirmiau priimami kvalifikacijos neturintys asmenys',
    en: 'persons without a qualification come first',
    vi: 'người chưa có bằng nghề được xét trước',
  }),
  SCORE: ({ own, cutOff }) => ({
    lt: `Jūsų konkursinis balas ${number(own?.score, 'lt')}, paskutinio priimtojo ${number(cutOff?.score, 'lt')}`,
    en: `your score is ${number(own?.score, 'en')}, that of the last one taken ${number(cutOff?.score, 'en')}`,
    vi: `điểm của bạn là ${number(own?.score, 'vi')}, của người cuối cùng được nhận là ${number(cutOff?.score, 'vi')}`,
  }),
  CRITERION: ({ criterion }) => ({
    lt: `balai lygūs, lėmė pirmumo kriterijus${criterion === undefined ? '' : ` ${criterion}`}`,
    en: `the scores are equal, a priority criterion decided${criterion === undefined ? '' : ` (${criterion})`}`,
    vi: `điểm bằng nhau, tiêu chí ưu tiên quyết định${criterion === undefined ? '' : ` (${criterion})`}`,
  }),
  LOTTERY: () => ({
    lt: 'balai ir kriterijai lygūs, lėmė iš anksto įsipareigota loterija',
    en: 'score and criteria are equal, the lottery committed to beforehand decided',
    vi: 'điểm và tiêu chí bằng nhau, kết quả bốc thăm đã cam kết trước quyết định',
  }),
};

const number = (value: number | undefined, language: Language): string =>
  value === undefined ? '–' : value.toLocaleString(language, { maximumFractionDigits: 4 });

/** Section 5.3 in plain words; says of nobody else but the score of the last one taken. */
export function inWords(facts: Facts, language: Language): string {
  return sentences(facts)[language];
}

function sentences(facts: Facts): Words {
  switch (facts.code) {
    case 'OBTAINED':
      return { lt: 'Ši vieta skirta Jums.', en: 'This place is yours.', vi: 'Bạn đã nhận được chỗ học này.' };
    case 'NOT_REACHED':
      return {
        lt: 'Gavote vietą pagal aukštesnį pageidavimą.',
        en: 'You obtained a place that you ranked higher.',
        vi: 'Bạn đã nhận được chỗ học ở nguyện vọng cao hơn.',
      };
    case 'NOT_ENTITLED':
      return notEntitled(facts);
    case 'UNSUITABLE':
      return {
        lt: `Įstaiga nustatė, kad šiai programai netinkate arba trūksta dokumentų (${facts.reason ?? ''}).`,
        en: `The institution found you unsuitable for the programme, or documents are missing (${facts.reason ?? ''}).`,
        vi: `Cơ sở đào tạo xác định bạn không phù hợp hoặc còn thiếu giấy tờ (${facts.reason ?? ''}).`,
      };
    case 'BELOW_OFFERING_CUTOFF':
      return belowOffering(facts);
    default:
      return belowField(facts);
  }
}

function notEntitled({ facts = {}, rule = '' }: Facts): Words {
  const why = rights[String(facts['code'])] ?? unknownRight;
  return {
    lt: `Šis pageidavimas konkurse nedalyvavo: ${why.lt} (${rule}).`,
    en: `This preference did not compete: ${why.en} (${rule}).`,
    vi: `Nguyện vọng này không được xét: ${why.vi} (${rule}).`,
  };
}

function belowOffering(facts: Facts): Words {
  const why = (deciders[facts.decidedBy ?? ''] ?? deciders['NO_PLACES']!)(facts);
  const places = facts.places ?? 0;
  return {
    lt: `Visos šios programos vietos (${places}) užimtos: ${why.lt}.`,
    en: `All places of the programme (${places}) are taken: ${why.en}.`,
    vi: `Tất cả chỗ học của chương trình (${places}) đã hết: ${why.vi}.`,
  };
}

function belowField(facts: Facts): Words {
  const why = (deciders[facts.decidedBy ?? ''] ?? deciders['NO_PLACES']!)(facts);
  const [places, free, field] = [facts.places ?? 0, facts.seatsFree ?? 0, facts.fieldCode ?? ''];
  return {
    lt: `Valstybės finansuojamos ${field} srities vietos (${places}) išdalytos, nors programoje liko laisvų vietų (${free}): ${why.lt}.`,
    en: `The state-funded places of field ${field} (${places}) are given out, though seats of the programme are free (${free}): ${why.en}.`,
    vi: `Chỗ học do nhà nước chi trả của lĩnh vực ${field} (${places}) đã hết, dù chương trình còn chỗ trống (${free}): ${why.vi}.`,
  };
}
