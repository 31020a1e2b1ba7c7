import type { Arithmetic } from "../diagnosis/arithmetic.ts";
import type { Look, LookId } from "../diagnosis/looks.ts";
import type { TimelineEntry } from "../diagnosis/timeline.ts";
import type { Known } from "../runbook/evaluate.ts";
import { tellBecause, type Because } from "./because.ts";
import type { Words } from "./en.ts";
import { factsKo } from "./facts-ko.ts";
import { duration, numberOf, percent, plain } from "./numbers.ts";
import { planSaysKo, planVerbKo } from "./plan-ko.ts";
import { proofKo } from "./proof-ko.ts";
import { reasonsKo } from "./reasons-ko.ts";
import { reportKo } from "./report-ko.ts";
import { slackKo } from "./slack-ko.ts";
import { startKo } from "./start-ko.ts";
import { storeKo } from "./store-ko.ts";

const told = (ms: number): string => duration(ms, "ko");
const atLeast = (value: string): string => `최소 ${value}`;
const amount = (known: Known): string => {
  if (known === undefined) return "?";
  const value = typeof known.value === "number" ? plain(known.value) : String(known.value);
  return known.exact ? value : atLeast(value);
};

const looks: Record<LookId, (fact: (name: string) => Known) => string> = {
  "caddy-log": (fact) => {
    const failed = `요청 ${amount(fact("caddyAccess.requests"))}건 중 ${amount(fact("caddyAccess.failures"))}건 실패`;
    const slow = numberOf(fact("caddyAccess.slowest502S"));
    const longest = numberOf(fact("caddyAccess.longestS"));
    if (slow !== undefined) return `${failed}; 502까지 보통 ${told(slow * 1000)}`;
    return longest === undefined ? failed : `${failed}; 가장 오래 걸린 요청 ${told(longest * 1000)}`;
  },
  "worker-timeout": (fact) => {
    const timeouts = `워커 타임아웃 ${amount(fact("gunicornJournal.workerTimeouts"))}회`;
    const killed = numberOf(fact("gunicornJournal.workersKilledAfterTimeout")) ?? 0;
    const lost = numberOf(fact("gunicornJournal.workersLostWithoutTimeout")) ?? 0;
    const own = killed > 0 ? `, 이후 gunicorn이 직접 종료한 워커 ${plain(killed)}개` : "";
    return `${timeouts}${own}${lost > 0 ? `, 다른 원인으로 강제 종료된 워커 ${plain(lost)}개` : ""}`;
  },
  "kernel-oom": (fact) => {
    const kills = fact("kernelLog.oomKills") ?? fact("kernelJournal.oomKills");
    const free = numberOf(fact("memory.availableMb"));
    const history = numberOf(fact("kernelLog.historyKills")) ?? 0;
    const room = free === undefined ? "" : `; 메모리 ${amount(fact("memory.totalMb"))} MB 중 ${plain(free)} MB 사용 가능`;
    return `메모리 부족 강제 종료 ${amount(kills)}회${history > 0 ? `(이전 ${plain(history)}회는 이번 장애와 무관)` : ""}${room}`;
  },
  "db-connect": (fact) => {
    const [slowest, median] = [numberOf(fact("dbConnect.slowestMs")), numberOf(fact("dbConnect.medianMs"))];
    const answered = `연결 시도 ${amount(fact("dbConnect.attempts"))}회 중 ${amount(fact("dbConnect.ok"))}회 응답`;
    if ((numberOf(fact("dbConnect.ok")) ?? 0) > 0 && median !== undefined)
      return `${answered}, 소요 시간 ${told(median)}(최대 ${told(slowest ?? median)})`;
    const error = fact("dbConnect.lastError")?.value;
    return typeof error === "string" ? `${answered}: ${error.replace(/^.*failed: /, "")}` : answered;
  },
  "disk-queue": (fact) => {
    const before = numberOf(fact("metrics.diskQueueBaseline"));
    const peak = numberOf(fact("metrics.diskQueuePeak"));
    return `평균 ${amount(fact("metrics.diskQueue"))}${before === undefined ? "" : `, 이전 ${plain(before)}`}${peak === undefined ? "" : `, 최고 ${plain(peak)}`}`;
  },
};

/** Korean: polite and short, for somebody who reads it at 3 a.m. */
export const ko: Words = {
  language: "ko",
  facts: factsKo,
  report: reportKo,
  slack: slackKo,
  start: startKo,
  store: storeKo,
  because: (because: Because) => tellBecause(reasonsKo, because),
  planSays: planSaysKo,
  plan: planVerbKo,
  proof: proofKo,
  verdict: {
    "root-cause": "근본 원인",
    inconclusive: "원인 미확정",
    "no-known-cause": "알려진 원인 아님",
    healthy: "정상",
  },
  state: { confirmed: "확정", suspected: "의심", "ruled-out": "배제", unknown: "판단 불가" },
  headline: {
    inconclusive: "이상이 있거나 있을 수 있지만, 증거만으로는 원인을 확정할 수 없습니다.",
    "no-known-cause": "이상이 있지만, 이 런북에 있는 원인은 아닙니다.",
    healthy: "필수 점검을 빠짐없이 마쳤고, 이상이 없습니다.",
  },
  began: (time: string, ago: string, known: boolean) =>
    known ? `${time}에 시작되었습니다(점검 ${ago} 전).` : `시작 시각을 알 수 없어 최근 ${ago} 동안의 기록을 살펴보았습니다.`,
  earlier: (failures: string, until: string) => `${until}까지 요청 ${failures}건이 실패했지만 이미 끝났습니다.`,
  onHosts: (hosts: readonly string[], of: number) =>
    `(${hosts.join(", ")}${of > hosts.length ? `, 호스트 ${of}대 중 ${hosts.length}대` : ""})`,
  tooLate: "그 결과로 보이는 증상보다 늦게 시작되었습니다",
  sections: {
    chain: "인과 관계",
    looks: "다섯 가지 점검",
    evidence: "증거",
    suspected: "의심되지만 입증되지 않은 원인",
    ruledOut: "배제된 원인",
    unknown: "판단할 수 없는 원인",
    notSeen: "확인하지 못한 항목",
    advice: "지금 할 일",
    timeline: "발생 순서",
    history: "이번 장애와 무관한 이전 기록",
    changed: "최근 변경",
  },
  lookNames: {
    "caddy-log": "Caddy 접근 로그",
    "worker-timeout": "WORKER TIMEOUT",
    "kernel-oom": "커널 OOM",
    "db-connect": "데이터베이스 연결",
    "disk-queue": "디스크 큐",
  },
  look: (look: Look) =>
    look.state === "not-seen"
      ? `확인하지 못했습니다${look.because ? `: ${tellBecause(reasonsKo, look.because)}` : ""}`
      : looks[look.look]((name) => look.facts[name]),
  arithmetic: ({ durationS, timeoutS, timeoutAssumed, goneS, remainderS }: Arithmetic) => {
    const timeout = `gunicorn 타임아웃 ${plain(timeoutS)}초${timeoutAssumed ? "(기본값)" : ""}`;
    const gone = `워커가 종료되기까지 ${Number(goneS.toFixed(1))}초`;
    const why = remainderS < 1.5 ? "gunicorn이 1초마다 확인하므로" : "워커가 요청을 받기 전의 대기 시간";
    const rest = remainderS < 0.05 ? "" : ` + ${Number(remainderS.toFixed(1))}초(${why})`;
    return `${Number(durationS.toFixed(1))}초 = ${timeout} + ${gone}${rest}`;
  },
  alsoSeen: (titles: readonly string[]) => `함께 나타난 증상: ${titles.join("; ")}`,
  missing: "확인 못 함",
  missingFacts: (steps: readonly string[]) => `판단에 필요한 항목: ${steps.join(", ")}`,
  notSettled: (titles: readonly string[]) => `입증도 배제도 되지 않음: ${titles.join("; ")}`,
  atLeast,
  unknownStep: (step: string, because: string) => `${step}: ${because}`,
  moment: {
    "oom-kill": (entry: TimelineEntry) => times(entry, "메모리 부족 강제 종료", entry.text),
    "worker-timeout": (entry: TimelineEntry) => times(entry, "WORKER TIMEOUT", ""),
    "worker-lost": (entry: TimelineEntry) => times(entry, "워커 강제 종료", ""),
    "worker-booted": (entry: TimelineEntry) => times(entry, "워커 시작", ""),
    "boot-failed": (entry: TimelineEntry) => times(entry, "시작 실패", entry.text),
    "service-started": (entry: TimelineEntry) => times(entry, "서비스 시작", entry.text),
    "service-stopped": (entry: TimelineEntry) => times(entry, "서비스 중지", entry.text),
    changed: (entry: TimelineEntry) => times(entry, "변경", entry.text),
    "request-failed": (entry: TimelineEntry) => times(entry, "실패한 요청", `${entry.text}${after(entry)}`),
    "client-left": (entry: TimelineEntry) => times(entry, "응답 전에 끊은 클라이언트", `${entry.text}${after(entry)}`),
  },
  progress: {
    looking: (environment: string) => `${environment} 점검 중(읽기 전용) …`,
    step: (title: string, seconds: string) => `${title} (${seconds})`,
    stepUnknown: (title: string, because: string) => `${title}: 확인 못 함: ${because}`,
    stopped: "중단했습니다. 호스트에 남긴 것은 없습니다.",
    sent: (document: string, version: string | undefined, commandId: string) =>
      `명령 전송: ${document}${version === undefined ? "" : `(버전 ${version})`}, 명령 ID ${commandId}`,
    cancelled: (commandId: string, taken: boolean) =>
      taken
        ? `중단했습니다. SSM에 명령 ${commandId}의 취소를 요청했습니다.`
        : `중단했습니다. SSM이 명령 ${commandId}의 취소를 받지 않았습니다. 명령은 제한 시간이 지나면 끝납니다.`,
  },
  ssmDocument: {
    size: (name: string, bytes: string, of: string) => `${name}: SSM 한도 ${of}바이트 중 ${bytes}바이트`,
    register: "호스트가 있는 리전마다 한 번 등록하십시오:",
    update: "런북이나 프로그램이 바뀌면 새 버전을 등록하십시오(gumshoe ssm-document --update-command가 이 명령만 출력합니다):",
  },
  runbook: {
    summary: (id: string, steps: number, causes: number) => `${id}: 단계 ${steps}개, 원인 ${causes}개`,
    fine: (facts: number) => `모든 조건을 사실 ${facts}개와 대조했습니다. 이상이 없습니다.`,
    confirmedBy: "확정 근거:",
    symptoms: "증상(근본 원인이 될 수 없음)",
  },
  score: {
    right: "정답",
    wrong: "오답",
    accepted: "허용",
    got: (got: string, expected: string) => `판정 ${got}, 기대 ${expected}`,
    total: (right: number, of: number) =>
      `사례 ${of}개 중 ${right}개 정답(${percent(of === 0 ? 0 : Math.round((right / of) * 100), "ko")})`,
    confirmedWrongly: (ids: readonly string[]) => `확정되면 안 되는데 확정된 원인: ${ids.join(", ")}`,
    noExpectation: "사례에 기대하는 판정이 없습니다",
    none: "이 폴더 아래에 사례가 없습니다. 사례는 case.json이 있는 폴더입니다",
  },
  errors: {
    noEnvironment: (name: string, known: readonly string[]) => `"${name}" 환경이 없습니다. gumshoe.yml에 있는 환경: ${known.join(", ")}`,
    noRunbook: (name: string, known: readonly string[]) => `"${name}" 런북이 없습니다. 있는 런북: ${known.join(", ")}`,
    movesUnread: (because: string) =>
      `저장소를 읽을 수 없어, 조치가 애플리케이션을 어디로 옮겼든 gumshoe.yml에 적힌 데이터베이스를 봅니다: ${because}`,
    badTime: (text: string) => `"${text}": 시각이 아닙니다. 2026-11-23T03:00:00Z처럼 쓰십시오`,
    folderTaken: (dir: string) => `${dir}: 폴더가 비어 있지 않습니다. 사례를 잃지 않도록 새 폴더를 지정하십시오`,
  },
};

function after({ afterMs }: TimelineEntry): string {
  return afterMs === undefined ? "" : `(${told(afterMs)})`;
}

function times(entry: TimelineEntry, what: string, text: string): string {
  const shown = text && !text.includes(what) ? `${what}: ${text}` : text || what;
  return entry.count > 1 ? `${what} ${entry.count}회${text ? `, 첫 번째: ${text}` : ""}` : shown;
}
