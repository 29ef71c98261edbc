// Words for drafting a report's course and steps: only what the record holds is written.
import { number } from '../../kit/format.ts';
import type { zhCourse } from './zh-course.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const one = (n: number, thing: string, many = `${thing}s`): string =>
  `${number(n)} ${n === 1 ? thing : many}`;

export const enCourse: typeof zhCourse = {
  stop: '. ',
  and: ', ',
  comma: ', ',
  at: (month, day, time) => `${day} ${MONTHS[month - 1] ?? month} ${time}`,
  kind: (hazard, event) => `${hazard}: ${event}`,
  began: (what, at) => `${what}, began ${at}`,
  begins: (what, at) => `${what}, expected from ${at}`,
  alert: (at, sender, headline) => `${at} ${sender} issued “${headline}”`,
  alert_unsigned: (at, headline) => `${at} warning received “${headline}”`,
  signal: (colour, townships) => `${colour} over ${one(townships, 'township')}`,
  more: (names, rest) => `${names} and ${number(rest)} more`,
  since: (name, at) => `${name} (since ${at})`,
  villages: (n, names) => `${one(n, 'village')} cut off by road: ${names}`,
  townships: (n, names) => `${one(n, 'township')} without road, network or power: ${names}`,
  response: (at, by, level) => `${at} ${by} approved a ${level} response`,
  response_before: (level) => `A ${level} response was started before for another event`,
  heard: (sentence, who) => `${sentence} (by telephone, heard by ${who})`,
  tasks: (n, accepted, done) =>
    `${one(n, 'task')} given, ${number(accepted)} accepted, ${number(done)} done`,
  from: (at, what) => `From ${at}: ${what}`,
  calls: (n) => `${one(n, 'person', 'people')} on the call list`,
  call: {
    called: (n) => `${number(n)} called`,
    understood: (n) => `${number(n)} understood`,
    heard: (n) => `${number(n)} answered, not confirmed yet`,
    ringing: (n) => `${number(n)} being called`,
    silent: (n) => `${number(n)} not reached`,
    lapsed: (n) => `${number(n)} lapsed`,
    waiting: (n) => `${number(n)} still to be called`,
  },
  sent: (names) => `Forces sent: ${names}`,
  ordered: (name, at) => `${name} (ordered ${at}, not accepted yet)`,
  accepted: (name, at) => `${name} (accepted ${at})`,
  moved: (n) => `${one(n, 'person', 'people')} moved`,
  as_of: (what, at) => `${what} (as of ${at})`,
  hint: 'Drafted from the record, may be changed; what the record lacks is not written. Left as it is, it is signed and printed in Chinese',
};
