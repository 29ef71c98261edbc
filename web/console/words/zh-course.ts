// 快报“灾种与经过”“已采取措施”两栏的起草用语:只写记录里有的,没有的不写。
import { number } from '../../kit/format.ts';

export const zhCourse = {
  /** 句末、并列的标点。 */
  stop: '。',
  and: '、',
  comma: ',',
  /** 北京时间的月、日、时分。 */
  at: (month: number, day: number, time: string) => `${month}月${day}日${time}`,
  kind: (hazard: string, event: string) => `${hazard}:${event}`,
  began: (what: string, at: string) => `${what},${at}发生`,
  begins: (what: string, at: string) => `${what},预计${at}开始`,
  alert: (at: string, sender: string, headline: string) => `${at}${sender}发布“${headline}”`,
  alert_unsigned: (at: string, headline: string) => `${at}收到预警“${headline}”`,
  signal: (colour: string, townships: number) => `${colour}覆盖 ${number(townships)} 个乡镇`,
  more: (names: string, rest: number) => `${names}等(另 ${number(rest)} 个)`,
  since: (name: string, at: string) => `${name}(${at}起)`,
  villages: (n: number, names: string) => `断点村 ${number(n)} 个:${names}`,
  townships: (n: number, names: string) => `断路断网断电乡镇 ${number(n)} 个:${names}`,
  response: (at: string, by: string, level: string) => `${at}${by}批准启动${level}响应`,
  response_before: (level: string) => `此前已为其他事件启动${level}响应`,
  heard: (sentence: string, who: string) => `${sentence}(电话批准,${who}听到)`,
  tasks: (n: number, accepted: number, done: number) =>
    `下达任务 ${number(n)} 项,已接受 ${number(accepted)} 项,已办结 ${number(done)} 项`,
  from: (at: string, what: string) => `${at}起${what}`,
  calls: (n: number) => `叫应名单 ${number(n)} 人`,
  /** 名单上的人各到哪一步;为零的不写。 */
  call: {
    called: (n: number) => `已叫 ${number(n)} 人`,
    understood: (n: number) => `已明白 ${number(n)} 人`,
    heard: (n: number) => `已接听未确认 ${number(n)} 人`,
    ringing: (n: number) => `正在叫 ${number(n)} 人`,
    silent: (n: number) => `未叫到 ${number(n)} 人`,
    lapsed: (n: number) => `已失效 ${number(n)} 人`,
    waiting: (n: number) => `待叫 ${number(n)} 人`,
  },
  sent: (names: string) => `调动力量:${names}`,
  ordered: (name: string, at: string) => `${name}(${at}下令,尚未接受)`,
  accepted: (name: string, at: string) => `${name}(${at}接受)`,
  moved: (n: number) => `已转移 ${number(n)} 人`,
  as_of: (what: string, at: string) => `${what}(截至${at})`,
  hint: '按记录起草,可改;记录里没有的不写',
};
