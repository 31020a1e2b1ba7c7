import type { DiagnosisReason } from "../incident/timeline-entry.ts";
import type { incidentEn } from "./incident-en.ts";
import { duration, plain } from "./numbers.ts";

const told = (ms: number): string => duration(ms, "ko");
const firing = (alarms: number): string => `알람 ${plain(alarms)}건 발생 중`;

const again: Record<DiagnosisReason, string> = {
  asked: "요청을 받아 다시 점검하고 있습니다 …",
  opened: "다시 점검하고 있습니다 …",
  "new-alarm": "다른 종류의 알람이 발생해 다시 점검하고 있습니다 …",
  recheck: "복구되었는지 확인하고 있습니다 …",
};

/** What is said of incidents, in Korean; as in incident-en.ts. No particle follows a name or a place that is kept for one. */
export const incidentKo: typeof incidentEn = {
  title: {
    looking: (environment, alarms) => `${environment}: ${firing(alarms)}. 지금 점검하고 있습니다(읽기 전용) …`,
    waiting: (environment, alarms) =>
      alarms === 0 ? `${environment}: 곧 점검을 시작합니다.` : `${environment}: ${firing(alarms)}. 곧 점검을 시작합니다.`,
    firing: (environment, alarms) => `${environment}: ${firing(alarms)}.`,
    healthyFiring: (environment, alarms) =>
      `${environment}: ${firing(alarms)}. 그러나 필수 점검을 빠짐없이 마쳤고, 이상을 찾지 못했습니다.`,
    easing: (environment) => `${environment}: {at}부터 발생 중인 알람이 없습니다. 아직 복구로 보지 않습니다.`,
    recovered: (environment, afterMs) => `${environment}: ${told(afterMs)} 만에 복구되었습니다.`,
    lapsed: (environment) => `${environment}: 오랫동안 새로운 소식이 없었습니다.`,
  },
  again,
  over: (hadAlarms) => (hadAlarms ? "발생 중인 알람이 없고, 점검에서도 이상이 없었습니다." : "점검에서 이상이 없었습니다."),
  was: (titles) => `이번 장애의 원인: ${titles.join("; ")}`,
  found: (titles) => `찾은 원인: ${titles.join("; ")}`,
  before: (titles) => `앞서 찾은 원인: ${titles.join("; ")}`,
  lookedBefore: "마지막 점검은 그보다 먼저였고, 그때는 이상이 없었습니다.",
  lapsedSays: "장애가 사라진 것을 확인한 점검이 없으므로 아직 남아 있을 수 있습니다. 지금 점검하려면: {code}",
  willLook: "곧 점검해 복구되었는지 확인합니다.",
  notGone: "마지막 점검에서 장애가 사라진 것을 확인하지 못했습니다. 다시 점검합니다.",
  muted: "{until}까지 음소거(설정: {by}). 알람은 집계만 하고 게시하지 않습니다.",

  lists: { firing: "지금 발생 중", firingLast: "마지막 소식 때 발생 중", noData: "데이터 없음", quiet: "해소된 알람" },
  value: (value, threshold) => (threshold === undefined ? plain(value) : `${plain(value)}(임계값 ${plain(threshold)})`),
  wasAt: (value) => `당시 값 ${value}`,
  since: { firing: "{at}부터", noData: "{at}부터", quiet: "{at} 해소" },
  firings: (number) => `${plain(number)}회 발생`,
  folded: (alarms, firings) =>
    firings > alarms
      ? `알람 ${plain(alarms)}건이 모두 ${plain(firings)}회 발생했고, 마지막은 {at}입니다.`
      : `알람 ${plain(alarms)}건, 마지막은 {at}입니다.`,
  reopened: (number) => `복구된 뒤 ${plain(number)}번 다시 발생했습니다.`,
  openedBy: { alarm: (alarm) => `시작: 알람 ${alarm}`, check: "시작: 정기 점검" },

  thread: {
    called: (environment, severity) =>
      `{whom} ${environment} 환경에 ${severity === "critical" ? "심각" : "경고"} 등급 알람이 발생했습니다.`,
    fired: "{alarm} 발생, {at}",
    noData: "{alarm} 데이터 없음, {at}부터. 데이터가 다시 올 때까지는 정상인지 이상인지 알 수 없습니다.",
    flaps: (changes) => `{alarm} 상태가 계속 바뀝니다. {at}까지 ${plain(changes)}번 바뀌었습니다. 이제부터는 집계만 합니다.`,
    folded: (changes, alarms) =>
      `{at}부터 알람 ${plain(alarms)}건에 변화 ${plain(changes)}번이 더 있었습니다. 현재 상태는 첫 메시지에 있습니다.`,
    easing: "{at}부터 발생 중인 알람이 없습니다. 곧 점검해 복구되었는지 확인합니다.",
    recovered: (afterMs, hadAlarms) =>
      `${told(afterMs)} 만에 복구되었습니다. ${hadAlarms ? "발생 중인 알람이 없고, 점검에서도" : "점검에서"} 이상이 없었습니다.`,
    lapsed: "오랫동안 새로운 소식이 없었고, 장애가 사라진 것을 확인한 점검도 없습니다. 아직 남아 있을 수 있습니다. 지금 점검하려면: {code}",
    reopened: "다시 발생했습니다. 다시 시작된 시각: {at}",
    muted: (environment) =>
      `{until}까지 음소거(설정: {by}). 그때까지 ${environment} 환경의 알람은 집계만 하고 게시하지 않습니다. 새로운 근본 원인은 알립니다. 해제하려면: {code}`,
    unmuted: "음소거 해제: {by}. 이제부터 알람을 다시 게시합니다.",
    newCause: (environment, titles) =>
      `${environment} 환경은 {until}까지 음소거되어 있지만, 새로운 내용이어서 알립니다. 근본 원인을 찾았습니다: ${titles.join("; ")}`,
  },

  report: {
    button: "보고서 작성",
    label: (environment, incident) => `${environment} 환경의 장애 ${incident}번 보고서 작성`,
    written: (incident, by) =>
      `장애 ${incident}번 보고서입니다(요청: ${by}). 기록에서 자동으로 만든 초안이므로, 공유하기 전에 읽고 확인하십시오.`,
    attached: (files) => `첨부: ${files.join(", ")}`,
    notAttached: (file, because) =>
      `${file} 파일을 첨부하지 못했습니다(${because}). gumshoe report 명령에 장애 번호를 붙이면 같은 파일을 만듭니다.`,
  },

  unmatched: {
    title: (alarms, times, day) => `${day}: 어느 환경에도 속하지 않은 알람 ${plain(alarms)}건(변화 ${plain(times)}번). 점검하지 않습니다.`,
    line: (times) => `${times === 1 ? "" : `${plain(times)}번, `}마지막 {at}`,
    howTo: "점검하게 하려면 어느 환경의 알람인지 gumshoe.yml에 쓰십시오(`channel`이 있고 `account`와 `region`이 맞는 환경). 예:",
    restart: "그런 다음 Gumshoe를 다시 시작하십시오. 이 메시지는 하루가 끝날 때(UTC)까지 갱신됩니다.",
  },

  answers: {
    muted: (environment) =>
      `${environment} 환경을 {until}까지 음소거했습니다. 알람은 집계만 하고 게시하지 않습니다. 새로운 근본 원인은 알리며, /diagnose ${environment} 명령도 그대로 쓸 수 있습니다.`,
    endIt: "더 일찍 해제하려면: {code}",
    unmuted: (environment) => `${environment} 환경의 음소거를 해제했습니다. 알람을 다시 게시합니다.`,
    notMuted: (environment) => `${environment} 환경은 음소거되어 있지 않았습니다. 변경한 것은 없습니다.`,
    noDuration: (environment, said) =>
      `${said === "" ? "기간을 함께 써 주십시오." : `"${said}": 기간으로 읽을 수 없습니다.`} 예: /diagnose mute ${environment} 2h. 30분, 2시간, 1일처럼 쓸 수 있고, 최대 7일입니다.`,
    tooLong: (environment, said) => `${said}: 너무 깁니다. ${environment} 환경은 최대 7일까지 음소거할 수 있습니다. 변경한 것은 없습니다.`,
    incidents: (number) => (number === 0 ? "지금 진행 중인 장애가 하나도 없습니다." : `진행 중인 장애: ${plain(number)}건`),
    more: (number) => `… 외 ${plain(number)}건`,
    state: {
      open: "진행 중",
      easing: "알람은 멈췄지만 아직 복구로 보지 않음",
      recovered: "복구됨",
      lapsed: "오랫동안 소식 없음",
    },
    incident: (environment, state) => `${environment}: ${state}, {at}부터`,
    alarms: (number) => `알람 ${plain(number)}건`,
    mutes: "음소거",
    mute: (environment) => `${environment}, {until}까지, 설정: {by}`,
    joined: (environment) => `${environment} 환경에 진행 중인 장애가 있어 그 스레드에 알립니다: {link}`,
  },

  health: {
    title: "Gumshoe가 쓰는 것들의 상태",
    well: "정상",
    unread: "응답이 없어 진행 중인 것과 마지막 결과를 알 수 없습니다",
    notKnown: "지금은 알 수 없음",
    ill: (because) => `이상: ${because}`,
    parts: { store: "기록 저장소", intake: "알람 수신", outbox: "Slack 메시지" },
  },
};
