import { duration, percent, plain } from "./numbers.ts";
import type { PlansWords } from "./plans-en.ts";

const told = (ms: number): string => duration(ms, "ko");
const list = (names: readonly string[]): string => names.join("; ");

/** What is said of plans in Slack, in Korean; as in plans-en.ts. No particle follows a name whose form would depend on how the name ends. */
export const plansKo: PlansWords = {
  offer: {
    button: (title) => `계획 세우기: ${title}`,
    label: (title, environment) => `${environment} 환경의 계획 세우기: ${title}`,
    how: "계획은 무엇을 할지 그대로 보여 줍니다. 사람이 승인하기 전에는 아무것도 하지 않습니다.",
    chain: (steps) => `더 빠른 디스크로 가는 ${plain(steps)}단계`,
    step: { done: "완료", next: "다음", later: "나중" },
    stops: "단계마다 따로 계획하고 승인합니다. 어느 단계에서 멈춰도 모든 것이 그때 상태 그대로 작동합니다.",
    next: (nth, of) => `다음: ${plain(of)}단계 중 ${plain(nth)}단계, {step}. 여기에서 멈춰도 모든 것이 작동합니다.`,
    notAllowed: (title) => `${title}: gumshoe.yml이 여기에서 허용하지 않습니다(actions.allow). 직접 조치하십시오.`,
    byHand: (title) => `${title}: Gumshoe에는 이 조치가 없습니다. 직접 조치하십시오.`,
    noRepairs: (title) => `${title}: gumshoe.yml이 여기에서 조치를 허용하지 않습니다(actions). 직접 조치하십시오.`,
  },

  title: (action, environment) => `계획: ${action}(${environment})`,
  asked: (incident) => `장애 ${plain(incident)}에서 {by} 님이 {at}에 요청`,
  causes: (titles) => (titles.length === 0 ? "마지막 점검에서 근본 원인을 찾지 못했습니다." : `근본 원인: ${list(titles)}`),
  sections: {
    does: "하는 일",
    calls: "실행할 호출 그대로",
    risks: "잃거나 멈추는 것",
    takes: "걸리는 시간",
    costs: "비용",
    undo: "되돌리는 방법",
    unchecked: "확인하지 못한 것",
    stands: "지금 상태",
    differs: "달라진 것",
  },
  onHosts: (hosts) => `호스트 ${hosts.join(", ")}`,
  moreParts: (number) => `… 외 ${plain(number)}개, 같은 다이제스트에 포함`,
  needs: (approvals) => `{who} 중 ${plain(approvals)}명의 승인이 필요합니다.`,
  notRequester: "요청한 {by} 님은 승인할 수 없습니다.",
  solo: "단독 모드: 요청한 사람이 혼자 승인할 수 있습니다. 다른 사람이 확인하지 않아도 됩니다.",
  typed: (environment) => `승인하는 사람은 환경 이름을 입력합니다: ${environment}`,
  until: "{until}까지 승인 가능",
  digest: (digest) => `다이제스트 ${digest}`,
  halted: (environment) => `{by} 님이 {at}부터 ${environment} 환경의 모든 변경을 멈췄습니다. 다시 진행하려면 {code}`,

  state: {
    proposed: (approved, of) => `승인을 기다립니다: ${plain(of)}명 중 ${plain(approved)}명. 아직 바뀐 것은 없습니다.`,
    approvedBy: "{by} 님이 {at}에 승인",
    approved: "모든 것이 계획과 같은지 한 번 더 확인하고 나서 시작합니다.",
    running: "{at}부터 실행하고 있습니다.",
    step: (step) => `단계: ${step}`,
    begun: "시작",
    waiting: "대기",
    done: "완료",
    elapsed: (ms, expectedMs) => (expectedMs === undefined ? `${told(ms)} 경과` : `예상 ${told(expectedMs)} 중 ${told(ms)} 경과`),
    percent: (share) => percent(share, "ko"),
    asking: "물을 것이 있어 멈췄습니다. 이 단계가 실행되었습니까?",
    askingNext: (environment) => `직접 확인하고 여기에서 알려 주십시오. 그때까지 ${environment} 환경에서는 아무것도 바꾸지 않습니다.`,
    doneAt: "{at}에 완료했습니다.",
    void: "하지 않았습니다. 차례가 되었을 때 승인의 전제가 달라져 있었습니다. 바뀐 것은 없습니다. 계획을 다시 세우십시오.",
    failed: (step) => `단계에서 실패했습니다: ${step}. 아래에 달리 적혀 있지 않으면 그전에 한 것은 그대로 남아 있습니다.`,
    late: (step) => `단계가 제한 시간을 넘어 포기했습니다: ${step}. 나중에 끝날 수도 있으니 직접 확인하십시오.`,
    haltedAt: (step) => `단계에서 멈췄습니다: ${step}. 아래에 달리 적혀 있지 않으면 그전에 한 것은 그대로 남아 있습니다.`,
    broke: (id) => `Gumshoe 내부 오류로 중단되었습니다(ID ${id}). 어디까지 되었는지 직접 확인하고 운영자에게 이 ID를 알려 주십시오.`,
    withdrawn: "{by} 님이 거두었습니다. 바뀐 것은 없습니다.",
    expired: "제때 승인되지 않았습니다. 바뀐 것은 없습니다. 아직 필요하면 계획을 다시 세우십시오.",
    lapsed: "승인되었지만 제때 차례가 오지 않았습니다. 바뀐 것은 없습니다. 아직 필요하면 계획을 다시 세우십시오.",
  },
  difference: (kind, name, of) => `${kind} ${name}, ${of}: 이전 {was}, 지금 {is}`,
  existence: { there: "있음", gone: "없음", unknown: "계획에 없음" },
  callsDiffer: "호출: 이전 {was}, 지금 {is}",
  nothing: "없음",

  buttons: {
    approve: "승인",
    approveLabel: (action, environment) => `${environment} 환경에 승인: ${action}`,
    withdraw: "거두기",
    withdrawLabel: (action, environment) => `${environment} 환경의 계획 거두기: ${action}`,
    landed: "실행되었음",
    landedLabel: (step, environment) => `${environment} 환경에서 실행되었음: ${step}`,
    notLanded: "실행되지 않았음",
    notLandedLabel: (step, environment) => `${environment} 환경에서 실행되지 않았음: ${step}`,
  },
  confirm: {
    title: (environment) => `${environment} 환경을 바꿉니까?`,
    text: (action, environment, lost) => `${environment} 환경: ${action}. ${lost}`,
    nothingLost: "알려진 손실이 없습니다.",
    yes: "승인",
    no: "나중에",
    answerTitle: "확실합니까?",
    landed: (step) => `확인한 결과 이 단계는 실행되었습니다: ${step}. 계획은 다음 단계로 갑니다.`,
    notLanded: (step) => `확인한 결과 이 단계는 실행되지 않았습니다: ${step}. 계획은 이 단계를 다시 실행합니다.`,
    answer: "확인했습니다",
  },

  dialog: {
    title: "조치 계획",
    loading: "잠시만 기다려 주십시오 …",
    plan: "계획 세우기",
    close: "취소",
    unit: "서비스",
    unitHint: "gumshoe.yml이 재시작을 허용한 서비스",
    choose: "선택",
    table: "테이블",
    tableHint: "예: orders 또는 shop.orders",
    columns: "컬럼",
    columnsHint: "느린 쿼리가 찾는 컬럼을 순서대로, 쉼표로 구분: customer_id, created_at",
    typeTitle: "승인",
    approve: "승인",
    type: (environment) => `승인하려면 입력하십시오: ${environment}`,
    typeHint: "바뀌는 환경의 이름",
  },

  making: {
    planning: (action, environment) => `계획을 세우는 중: ${environment} 환경, ${action}. 확인만 하며, 계획은 스레드에 올라옵니다.`,
    refused: (action, because) => `"${action}" 계획을 세우지 않았습니다: ${because}`,
    stands: "같은 계획이 이미 있습니다. 스레드를 보십시오: {link}",
    notPosted: (code) => `계획은 기록했지만 Slack이 메시지를 받지 않았습니다(${code}).`,
    noIncident: (incident) => `장애 ${plain(incident)}번은 이제 없습니다.`,
    noUnit: "gumshoe.yml에 그런 서비스가 이제 없습니다. 버튼을 다시 누르십시오.",
    notHere: "이 Gumshoe는 조치를 하지 않습니다.",
  },

  refusals: {
    unknown: "그런 계획은 이제 없습니다.",
    decided: "이미 결정되었습니다.",
    notTheMoment: "이 계획은 이제 승인할 수 없어 누르신 것은 세지 않았습니다.",
    expired: "{until}까지만 승인할 수 있었습니다. 계획을 다시 세우십시오.",
    "clock-back":
      "Gumshoe가 실행되는 서버의 시계가 뒤로 돌아가 이 계획의 기한이 지났는지 알 수 없어 이 클릭은 세지 않았습니다. 시계를 맞추고(NTP) 계획을 다시 세우십시오.",
    "other-plan": "이 버튼은 계획의 이전 내용에 대한 것이어서 누르신 것은 세지 않았습니다. 지금의 계획을 읽어 보십시오.",
    "same-person": "직접 요청하신 계획이므로 다른 사람이 승인해야 합니다.",
    "approvers-unknown": "Slack에서 승인할 수 있는 사람을 확인하지 못해 누르신 것은 세지 않았습니다. 잠시 뒤 다시 시도하십시오.",
    "not-approver": "이것을 할 수 있는 사람이 아닙니다. 할 수 있는 사람: {who}.",
    twice: (missing) => `이미 승인하셨습니다. ${plain(missing)}명이 더 필요합니다.`,
    "not-typed": (environment) => `입력하신 것이 환경 이름과 달라 누르신 것은 세지 않았습니다: ${environment}`,
    halted: (environment) => `{by} 님이 ${environment} 환경의 모든 변경을 멈췄습니다. 다시 진행하려면 {code}`,
    "too-many-today": (environment, perDay) =>
      `${environment} 환경에서 24시간에 시작할 수 있는 변경은 ${plain(perDay)}건이고(gumshoe.yml의 actions.perDay) 이미 모두 썼습니다. 누르신 것은 세지 않았습니다.`,
    notRequester: "계획을 요청한 {by} 님만 거둘 수 있습니다. 모든 변경을 멈추려면 {code}",
    notAsking: "이제 여기에서 묻는 것이 없습니다.",
  },

  halt: {
    stopped: (environment) =>
      `{by} 님이 ${environment} 환경의 모든 변경을 멈췄습니다. 실행 중인 계획도 다음 단계를 시작하지 않습니다. 다시 진행하려면 {code}`,
    stoppedAnswer: (environment) => `${environment} 환경의 모든 변경을 멈췄습니다.`,
    stoppedBefore: (environment) => `${environment} 환경의 모든 변경은 {at}부터 {by} 님이 이미 멈춰 두었습니다.`,
    resumed: (environment) => `{by} 님이 ${environment} 환경의 변경을 다시 진행하게 했습니다.`,
    resumedAnswer: (environment) => `${environment} 환경의 변경을 다시 진행할 수 있습니다.`,
    notStopped: (environment) => `${environment} 환경의 변경은 멈춰 있지 않습니다.`,
    which: (names) => `환경 이름을 쓰십시오: ${names.join(", ")}`,
    nobodyMay: (environment) => `${environment} 환경에서 이것을 할 수 있는 사람이 gumshoe.yml에 없습니다(actions.approvers).`,
    list: "모든 변경이 멈춰 있는 환경",
    line: (environment) => `${environment}, {at}부터 {by} 님이 멈춤`,
  },

  waiting: {
    title: "승인을 기다리는 계획",
    line: (action, environment) => `${environment} 환경, ${action}: {by} 님이 요청, {until}까지`,
  },

  help: {
    stop: (environment) => `${environment} 환경에서 더는 아무것도 바꾸지 않습니다. 실행 중인 계획도 다음 단계를 시작하지 않습니다`,
    resume: (environment) => `${environment} 환경의 변경을 다시 진행합니다. 승인할 수 있는 사람만 쓸 수 있습니다`,
  },
  error: (id) =>
    `누르신 것을 처리하다가 오류가 발생했습니다. 세어졌는지는 곧 계획에 나타납니다. 나타나지 않으면 다시 누르십시오. 운영자에게 알릴 ID: ${id}`,
};
