import type { Verdict } from "../diagnosis/verdict.ts";
import { incidentKo } from "./incident-ko.ts";
import { duration, plain } from "./numbers.ts";
import { plansKo } from "./plans-ko.ts";
import type { SlackWords } from "./slack-en.ts";

type VerdictName = Verdict["verdict"];

const told = (ms: number): string => duration(ms, "ko");
const known = (names: readonly string[]): string => (names.length === 0 ? "아직 없습니다" : names.join(", "));
const meant = (suggestion: string | undefined): string => (suggestion === undefined ? "" : ` 혹시 ${suggestion} 말씀이신가요?`);

const announced: Record<VerdictName, (environment: string, titles: readonly string[]) => string> = {
  "root-cause": (environment, titles) => `${environment}: 근본 원인을 찾았습니다. ${titles.join("; ")}`,
  inconclusive: (environment) => `${environment}: 원인 미확정. 이상이 있거나 있을 수 있지만, 증거만으로는 원인을 확정할 수 없습니다.`,
  "no-known-cause": (environment) => `${environment}: 이상이 있지만, 이 런북에 있는 원인은 아닙니다.`,
  healthy: (environment) => `${environment}: 정상. 필수 점검을 빠짐없이 마쳤고, 이상이 없습니다.`,
};

/** What is said in Slack, in Korean; as in slack-en.ts. No particle follows a name whose form would depend on how the name ends. */
export const slackKo: SlackWords = {
  incident: incidentKo,
  plans: plansKo,

  headline: {
    verdict: (verdict, environment, titles) => announced[verdict](environment, titles),
    suspected: (titles) => `의심되지만 입증되지 않은 원인: ${titles.join("; ")}`,
    notSeen: (looks) => `필수 항목 ${plain(looks)}개를 온전히 확인하지 못했습니다. 그 항목으로만 알 수 있는 원인은 배제하지 못했습니다.`,
    next: (advice) => `다음 조치: ${advice}`,
    took: (at, took) => `점검 시각 ${at}, 소요 시간 ${took}`,
    inThread: "근거는 모두 스레드에 있습니다",
    asked: (by, runbook) => `요청: ${by}, 런북: ${runbook}`,
    unasked: (runbook) => `런북: ${runbook}`,
    failed: (environment, id) => `${environment}: Gumshoe 내부 오류로 진단이 중단되었습니다(ID ${id}). 변경한 것은 없습니다.`,
    restarted: (environment) => `${environment}: 점검 중에 Gumshoe가 재시작되었습니다. 변경한 것은 없습니다. 다시 시작하십시오.`,
  },

  plan: {
    looking: (environment) => `${environment} 점검 중`,
    done: (environment, ms) => `${environment} 점검 완료(${told(ms)})`,
    same: (environment, ms) => `${environment} 점검 완료(${told(ms)}): 앞서와 같습니다`,
    stopped: (environment) => `${environment} 점검 중단`,
    failed: (environment) => `${environment} 점검을 끝내지 못함`,
    hosts: "호스트 찾기",
    hostsFound: (hosts, of) => `호스트 ${of}대: ${hosts.join(", ")}`,
    host: (host) => `${host} 점검`,
    hostAsked: "명령을 보냈습니다. 응답을 기다립니다",
    steps: (seen, of) => (seen === of ? `단계 ${of}개 모두 확인` : `단계 ${of}개 중 ${seen}개 확인, ${of - seen}개 확인 못 함`),
    metrics: "지표 읽기",
    series: (read, of) => (read === of ? `지표 ${of}개 모두 읽음` : `지표 ${of}개 중 ${read}개 읽음, ${of - read}개 읽지 못함`),
    database: "데이터베이스 내부 상태",
    queries: (seen, of) => (seen === of ? `항목 ${of}개 모두 확인` : `항목 ${of}개 중 ${seen}개 확인, ${of - seen}개 확인 못 함`),
    judging: "원인 판정",
    weighed: ({ confirmed, suspected, ruledOut, unknown }) =>
      `확정 ${confirmed}개, 의심 ${suspected}개, 배제 ${ruledOut}개, 판단 불가 ${unknown}개`,
    notSeen: (because) => `확인 못 함: ${because}`,
    notConfigured: "설정되지 않음",
    skipped: "하지 않음",
    moreHosts: (hosts) => `그 밖의 호스트 ${plain(hosts)}대`,
    answered: (answered, of, lost) => `${of}대 중 ${answered}대 응답${lost > 0 ? `, ${lost}대 연결 못 함` : ""}`,
    state: { pending: "대기", in_progress: "진행 중", complete: "완료", error: "확인 못 함" },
  },

  sections: {
    ruledOut: "배제된 원인과 그 근거",
    unknown: "판단할 수 없는 원인과 필요한 항목",
    notSeen: "확인하지 못한 항목",
    ran: "실행한 것",
    actions: "할 수 있는 조치",
  },
  unanswered: (hosts) => `응답하지 않은 호스트: ${hosts.join(", ")}. 그곳에서만 볼 수 있는 원인은 배제하지 못했습니다.`,
  why: "근거",
  where: (where) => `나타난 곳 ${where}`,
  lookStates: { telling: "이상 있음", clean: "이상 없음", "not-seen": "확인 못 함" },
  cleanHosts: (hosts) => `호스트 ${plain(hosts)}대 모두 같음`,
  moreLines: (number) => `… 외 ${plain(number)}개`,

  chart: {
    title: "데이터베이스 디스크 큐",
    series: "디스크 큐",
    time: (timezone) => `시각(${timezone})`,
    value: "대기 중인 I/O 수",
    first: (status) => `첫 ${status}`,
    says: (first, at, peak, peakAt, last, lastAt) => `디스크 큐 ${at} ${first}, ${peakAt} 최고 ${peak}, ${lastAt} ${last}.`,
    began: (status, at) => `첫 ${status} 응답은 ${at}에 나왔습니다.`,
  },

  noActions: "Gumshoe가 제안할 수 있는 조치가 없습니다.",

  ran: {
    document: ({ document, version, hosts, commandId }) =>
      `SSM 문서 ${document}(버전 ${version}), 호스트 ${hosts.join(", ")}, 명령 ID ${commandId}`,
    local: (host) => `호스트 스크립트(${host})`,
    queries: (names) => `데이터베이스 쿼리(읽기 전용): ${names.join(", ")}`,
    readOnly: "모두 읽기 전용입니다.",
    script: "실행한 스크립트 전문",
    notAttached: (file, because) =>
      `${file} 파일을 첨부하지 못했습니다(${because}). 같은 내용은 gumshoe diagnose --print-script 명령으로 볼 수 있습니다.`,
    none: "어느 호스트에서도 스크립트를 실행하지 않았습니다.",
  },

  buttons: {
    openThread: "스레드 열기",
  },

  help: {
    title: "Gumshoe 사용법",
    intro:
      "증거를 바탕으로 장애의 원인을 코드로 판정하고, 모두가 볼 수 있는 스레드에 알립니다. 점검만 하며, 사람이 승인하지 않은 것은 바꾸지 않습니다.",
    commands: ({ environment, runbook, mention }) => [
      [`/diagnose ${environment}`, `지금 ${environment} 환경을 점검해 원인을 알립니다`],
      [`/diagnose ${environment} ${runbook}`, `${runbook} 런북으로 점검합니다`],
      [`/diagnose mute ${environment} 2h`, "그동안 알람을 집계만 하고 게시하지 않습니다. 새로운 근본 원인은 알립니다"],
      [`/diagnose unmute ${environment}`, "알람을 다시 게시합니다"],
      [`/diagnose stop ${environment}`, plansKo.help.stop(environment)],
      [`/diagnose resume ${environment}`, plansKo.help.resume(environment)],
      ["/diagnose incidents", "진행 중인 장애와 그 스레드를 보여 줍니다"],
      ["/diagnose status", "환경마다 진행 중인 진단과 마지막 결과를 보여 줍니다"],
      ["/diagnose help", "이 도움말을 보여 줍니다"],
      [`${mention} ${environment}`, "명령과 같습니다. 쓴 채널이나 스레드에서 시작합니다"],
      ["Diagnose this", "메시지 메뉴에서 알람이나 신고 메시지로 진단을 시작합니다"],
    ],
    who: "요청할 수 있는 사람: 환경 전용 채널의 멤버와 gumshoe.yml에 지정된 사람입니다. 게스트와 다른 워크스페이스의 사용자는 요청할 수 없습니다.",
  },

  status: {
    title: "환경",
    noEnvironments: "gumshoe.yml에 환경이 아직 없습니다.",
    hosts: (number) => `호스트 ${plain(number)}대`,
    hostsByTags: (tags) => `태그가 ${tags.join(", ")}인 호스트`,
    lastLook: (verdict, ago) => `마지막 점검 ${ago}: ${verdict}`,
    neverLooked: "아직 점검한 적 없음",
    failed: "오류로 중단됨",
    stopped: "중단됨",
    open: (number) => (number === 0 ? "진행 중인 진단이 없습니다." : `진행 중인 진단: ${plain(number)}건`),
    running: (environment, forMs, link) => `${environment}, ${told(forMs)}째: ${link}`,
  },

  home: {
    title: "Gumshoe",
    intro: "왜 실패하고 있을까요? 환경 전용 채널에서 물어보십시오.",
    incidents: "진행 중인 장애",
    noIncidents: (environment) => `진행 중인 장애가 없습니다. 이상이 있으면 /diagnose ${environment} 명령을 쓰십시오.`,
    guest: "게스트는 Gumshoe에 요청할 수 없습니다. 채널 멤버에게 부탁하십시오.",
    updated: (at) => `${at} 기준`,
  },

  refusals: {
    unknownEnvironment: (name, suggestion, names) =>
      `"${name}" 환경이 없습니다.${meant(suggestion)} gumshoe.yml에 있는 환경: ${known(names)}.`,
    unknownRunbook: (name, suggestion, names) => `"${name}" 런북이 없습니다.${meant(suggestion)} 있는 런북: ${known(names)}.`,
    tooManyWords: (text) => `"${text}": 환경과 런북만 쓸 수 있습니다. /diagnose help에서 쓰는 법을 볼 수 있습니다.`,
    notMember: (environment, channel) =>
      channel === undefined
        ? `${environment} 환경을 요청할 권한이 없습니다. gumshoe.yml에 지정되어 있지 않고, 이 환경에는 전용 채널이 없습니다.`
        : `여기에서는 ${environment} 환경을 요청할 수 없습니다. ${channel} 채널에서 요청하거나 gumshoe.yml에 지정되어 있어야 합니다.`,
    guest: "게스트는 Gumshoe에 요청할 수 없습니다. 채널 멤버에게 부탁하십시오.",
    otherWorkspace: "이 워크스페이스의 멤버만 Gumshoe에 요청할 수 있습니다. 환경을 운영하는 팀에 부탁하십시오.",
    membershipUnknown: (environment) =>
      `${environment} 환경을 요청할 권한이 있는지 확인하지 못해 아무것도 하지 않았습니다. 잠시 뒤 다시 시도하십시오.`,
    alreadyRunning: (environment, link) => `${environment} 환경은 이미 점검하고 있습니다: ${link}`,
    notInChannel: (channel, invite) =>
      `Gumshoe가 ${channel} 채널에 없어 글을 올릴 수 없습니다. 그 채널에서 ${invite} 명령으로 초대한 뒤 다시 요청하십시오.`,
    archived: (channel) => `${channel} 채널은 보관되었습니다. 다른 채널에서 요청하십시오.`,
    restarting: "Gumshoe가 재시작하고 있습니다. 잠시 뒤 다시 요청하십시오.",
    direct: (environment, channel) =>
      `진단은 팀이 함께 보는 곳에서 합니다. ${environment} 환경은 ${channel ?? "Gumshoe가 있는"} 채널에서 요청하십시오.`,
    askerUnknown: "Slack에서 요청하신 분을 확인하지 못해 아무것도 하지 않았습니다. 잠시 뒤 다시 시도하십시오.",
    notWritten: "지금은 Gumshoe가 아무것도 기록할 수 없어서 아무것도 하지 않았습니다. 저절로 다시 됩니다. 1분 뒤에 다시 해 보십시오.",
    notPosted: (code) => `Slack이 메시지를 받지 않아(${code}) 아무것도 시작하지 않았습니다.`,
  },

  error: (doing, id) =>
    `${doing} 오류가 발생했습니다. 변경한 것은 없습니다. 다시 시도하고, 계속되면 운영자에게 이 ID를 알려 주십시오: ${id}`,
  doing: {
    answering: "응답을 준비하다가",
    openingDialog: "대화 상자를 열다가",
  },

  ago: (ms) => (ms < 5_000 ? "방금" : `${told(ms)} 전`),

  shortcut: {
    title: "이 메시지로 진단",
    submit: "진단",
    close: "취소",
    environment: "환경",
    environmentHint: "메시지가 가리키는, 이상이 있는 환경",
    runbook: "런북",
    choose: "선택",
    loading: "잠시만 기다려 주십시오 …",
    none: "요청할 수 있는 환경이 없습니다.",
  },
};
