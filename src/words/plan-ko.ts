import { duration, plain } from "./numbers.ts";
import { copySaysKo } from "./plan-copy-ko.ts";
import { databaseSaysKo } from "./plan-database-ko.ts";
import { diskSaysKo } from "./plan-disk-ko.ts";
import type { planVerbEn } from "./plan-en.ts";
import type { PlanSayWords } from "./plan-say.ts";
import { badStatusOf, ended, todoAbout } from "./plan-todo.ts";
import { todoKo } from "./plan-todo-ko.ts";

const told = (ms: number): string => duration(ms, "ko");
const list = (names: readonly string[]): string => names.join(", ");
const usd = (amount: number): string => `$${amount.toFixed(2)}`;

/** The sentences of plans, in Korean. */
export const planSaysKo: PlanSayWords = {
  ...databaseSaysKo,
  ...diskSaysKo,
  ...copySaysKo,
  takesSnapshot: (database, snapshot) => `${database}의 스냅샷 ${snapshot}을(를) 만들고 사용 가능해질 때까지 기다림`,
  restartsUnit: (unit, hosts) => `${list(hosts)}에서 한 호스트씩 ${unit}을(를) 재시작하고 실행 중인지 확인`,
  rebootsDatabase: (database) => `${database}을(를) 재부팅하고 다시 연결을 받을 때까지 기다림`,
  standardPlanStalls: () =>
    "표준 플랜에서는 스냅샷이 시작될 때 몇 초에서 몇 분까지 데이터베이스를 쓸 수 없음: 그동안 요청이 실패하거나 멈춤",
  haPlanDoesNotStall: () => "고가용성 플랜에서는 대기 인스턴스에서 스냅샷을 만들어 데이터베이스가 멈추지 않음",
  rdsSnapshotPauses: () => "단일 인스턴스에서는 스냅샷이 시작될 때 읽기와 쓰기가 몇 초 멈출 수 있음",
  rdsStandbyDoesNotPause: () => "대기 인스턴스에서 스냅샷을 만들어 데이터베이스가 멈추지 않음",
  requestsBreakOff: (unit) => `${unit}이(가) 멈출 때 처리 중이던 요청은 끊길 수 있고, 다시 실행될 때까지 새 요청은 실패함`,
  sessionsEnd: (connections) =>
    connections === undefined
      ? "열려 있는 모든 연결이 끊기고 커밋되지 않은 작업은 되돌려짐"
      : `열려 있는 연결 ${plain(connections)}개가 끊기고 커밋되지 않은 작업은 되돌려짐`,
  diskStaysSlow: () => "디스크가 빨라지지는 않음",
  databaseIsAway: () => "데이터베이스가 돌아올 때까지 데이터베이스가 필요한 모든 작업이 실패하거나 기다림",
  snapshotTakes: (gib) => `${plain(gib)} GiB에 보통 몇 분; 데이터베이스의 첫 스냅샷이 가장 오래 걸림`,
  restartTakes: () => "보통 호스트마다 몇 초",
  rebootTakes: () => "보통 1분에서 3분",
  snapshotCosts: (gib, usdPerGibMonth) =>
    `누군가 삭제할 때까지 최대 월 ${usd(gib * usdPerGibMonth)} (${plain(gib)} GiB, GiB당 $${usdPerGibMonth})`,
  costsNothing: () => "없음",
  snapshotIsDeletedByHand: (snapshot) =>
    `다른 것은 바뀌지 않음; Gumshoe는 아무것도 삭제하지 않으므로 필요 없어지면 ${snapshot}을(를) 직접 삭제`,
  cannotBeUndone: () => "되돌릴 수 없음; 끊긴 것은 끊긴 채로 남음",
  permissionsUnchecked: (because) => `역할에 이 호출의 권한이 있는지 확인할 수 없었음: ${because}`,
  snapshotStands: (snapshot, gib) => `스냅샷 ${snapshot} 사용 가능 (${plain(gib)} GiB)`,
  unitRuns: (unit, hosts) => `${list(hosts)}에서 ${unit} 다시 실행 중`,
  databaseIsBack: (database, afterMs) => `재부팅 시작 ${told(afterMs)} 후 ${database}이(가) 다시 연결을 받음`,
  noRestartTold: (what) => `그 이후 ${what}이(가) 다시 시작되었다는 기록이 없음`,
  notAvailable: (database, status) => `${database}이(가) 사용 가능 상태가 아니라 ${status}: 끝날 때까지 기다려야 함`,
  notSeen: (what, because) => `${what}을(를) 확인할 수 없었음: ${because}`,
  nameIsTaken: (name) =>
    `${name}(이)라는 이름이 이미 쓰이고 있고, 이 계획의 것이 아니어서 건드리지 않음. 누가 만들었는지 확인하고 다시 계획: 새 계획은 다른 이름을 씀`,
  permissionMissing: (calls) => `역할에 권한이 없음: ${list(calls)}`,
  notAllowedHere: (action) => `gumshoe.yml이 여기에서 ${action}을(를) 허용하지 않음 (actions.allow)`,
  unitNotAllowed: (unit, allowed) => `${unit}은(는) gumshoe.yml이 재시작을 허용한 유닛이 아님: ${list(allowed)}`,
  noDatabaseNamed: () => "gumshoe.yml에 AWS 데이터베이스가 없음 (metrics.lightsailDatabase 또는 metrics.rds)",
  hostsNotReached: (hosts, because) => `${list(hosts)}에 연결할 수 없었음: ${because}`,
  refusedBy: (because, kind) => (kind === undefined ? because : `${ended(because)} 이 단계에서 바뀐 것은 없음. ${todoAbout(kind, todoKo)}`),
  answerLost: (because) => `전송했지만 어떻게 되었는지 알 수 없음: ${because}`,
  endedBadly: (what, status) => `${what}이(가) ${status}(으)로 끝남. ${todoKo.status[badStatusOf(status)]}`,
  snapshotEndedBadly: (snapshot, status, database) =>
    `스냅샷 ${snapshot}이(가) ${status}(으)로 끝나 쓸 수 없음; ${database}은(는) 그대로임. ${todoKo.status.other} 스냅샷을 직접 삭제하고 다시 계획`,
  tookTooLong: (ms) => `${told(ms)} 후에도 끝나지 않음`,
  halted: (by) => `${by} 님이 여기의 모든 변경을 멈춤; /diagnose resume으로 다시 진행`,
  notVerified: (what, because) => `${what}은(는) 실행되었지만 이후 확인할 수 없었음: ${because}`,
  rootCausesDiffer: (was, is) =>
    `계획은 ${list(was) || "알려진 원인 없음"} 때문에 만들어졌지만 마지막 진단은 ${list(is) || "알려진 원인 없음"}`,
  noVerdict: () => "아직 진단한 적이 없음: 먼저 /diagnose를 실행",
  restartedSince: () => "계획을 만든 뒤 다른 사람이 재시작함",
  severalDatabases: (choices) => `gumshoe.yml에 데이터베이스가 여러 개 있음: 하나를 지정해야 함 (${list(choices)})`,
  hostsNotOverSsm: () => "SSM으로 연결되는 호스트만 변경할 수 있는데 gumshoe.yml에 그런 호스트가 없음",
  hostNotHere: (host, hosts) => `여기에 ${host} 호스트가 없음, 있는 호스트: ${list(hosts)}`,
  unitNotThere: (unit, hosts) => `${list(hosts)}에 ${unit} 유닛이 없음`,
  unitDoesNotRun: (unit, host, state) => `${host}의 ${unit}이(가) 실행되지 않음: systemd 상태 ${state}`,
  unitRestartsInLoop: (unit, host) => `${host}의 ${unit}이(가) 계속 실행되지 못함: systemd가 다시 재시작함`,
  planWasChanged: () => "저장된 계획이 다이제스트와 다름: 누군가 바꿈",
  clockWentBack: () => "Gumshoe가 실행되는 서버의 시계가 뒤로 돌아가 계획의 기한을 알 수 없음: 시계를 맞춘 뒤(NTP) 다시 계획",
  clockIsOff: (ms) =>
    `Gumshoe가 실행되는 서버의 시계가 AWS보다 ${told(Math.abs(ms))} ${ms < 0 ? "빨라" : "느려"} 확인한 것의 순서를 알 수 없음: 시계를 맞춘 뒤(NTP) 다시 계획`,
  switchesEndpoint: (from, to, hosts) =>
    `${list(hosts)}에서 애플리케이션의 데이터베이스 주소를 ${from}에서 ${to}(으)로 전환: 첫 호스트를 바꾸기 전에 모든 호스트를 준비함`,
  lineChanges: (where, before, after, hosts) => `${list(hosts)}의 ${where}: ${before} → ${after}`,
  unitsBeginAgain: (units) => `호스트마다 이 순서로 재시작: ${list(units)}; 그다음 상태 확인 요청을 보내고 새 데이터베이스에 연결해 봄`,
  switchDowntime: (units) => `호스트가 전환될 때까지 ${list(units)}은(는) 쓸 수 없음: 이전 데이터베이스가 애플리케이션에 닫혀 있음`,
  newWritesStay: (to) => `되돌아갈 경우 이미 전환된 호스트가 ${to}에 쓴 내용은 그곳에 남고 옮겨지지 않음`,
  switchTakes: (hosts, ms) => `호스트 ${plain(hosts)}개를 하나씩, 약 ${told(ms)}`,
  switchIsUndone: () => "어디서든 실패하면 모든 호스트의 파일을 되돌리고 이전 데이터베이스를 다시 엶; 그 뒤에는 다른 계획으로 되돌림",
  oldStaysFenced: (from) => `${from}은(는) 애플리케이션에 닫힌 채로 남아 양쪽에 쓰는 일이 없음`,
  filesNameOld: (host, files) => `${host}에서 이 파일들도 이전 주소를 담고 있지만 쓰는 곳은 확인되지 않음: ${list(files)}`,
  hostNotes: (host, because) => `${host}: ${because}`,
  endpointSwitched: (to, hosts) => `${list(hosts)}에서 애플리케이션이 ${to}을(를) 쓰고, 응답하며, 연결됨`,
  switchFailed: (because, stands) => `${because}. ${stands}`,
  standsSince: (stands, because) => `${stands} (${because})`,
  allBack: (from, hosts) => `모두 되돌아감: ${list(hosts)}이(가) 다시 ${from}을(를) 쓰고, 그곳은 열려 있음`,
  wroteToNew: (stands, to, tables, more) =>
    `${stands}. 그 사이 ${to}에 쓴 내용은 그곳에만 있고 옮겨지지 않음 (통계상 추가·변경·삭제된 행): ${list(tables.map(({ table, rows }) => `${table} ${plain(rows)}`))}${more > 0 ? ` 외 테이블 ${plain(more)}개` : ""}`,
  wroteToNewUnseen: (stands, to) => `${stands}. 그 사이 ${to}에 쓴 내용은 그곳에만 있고 옮겨지지 않음; 얼마나 되는지는 확인할 수 없었음`,
  allBackSomeDown: (from, hosts) => `모두 ${from}(으)로 되돌아갔고 열려 있지만, ${list(hosts)}에서 애플리케이션이 동작하지 않음`,
  allBackStillFenced: (from) =>
    `모든 호스트가 다시 ${from}을(를) 쓰지만 열지 못함: 애플리케이션이 자기 데이터베이스에 들어갈 수 없음 (docs/copy.md의 \`unfence\`)`,
  hostsAreLeft: (hosts, from) =>
    `${list(hosts)}이(가) 되돌아갔는지 알 수 없어 ${from}은(는) 애플리케이션에 닫힌 채로 둠: 아무도 쓸 수 없음. 다른 호스트는 되돌아감`,
  sameAddress: (address) => `이미 ${address} 주소를 쓰고 있음`,
  lineIsOdd: (key, where, because) => `${where}의 ${key}을(를) 안전하게 바꿀 수 없음: ${because}`,
  lineNamesAnother: (key, where, from) => `${where}의 ${key}이(가) ${from}을(를) 가리키지 않음`,
  linesDiffer: (key, path, hosts) => `${path}의 ${key}이(가) 호스트마다 다름; 이 형태는 ${list(hosts)}에만 있음`,
  portIsNowhere: (host, port) => `${host}에 포트를 담은 키가 없는데 새 포트는 ${port}`,
  consumerIsLeft: (consumer, host) => `${host}의 ${consumer}이(가) 이전 주소를 쓰지만 전환할 유닛에 없음`,
  clientIsUnknown: (addresses) => `이전 데이터베이스에 어느 호스트도 아닌 클라이언트가 있음: ${list(addresses)}`,
  noCopyProof: () => "새 데이터베이스가 쓰기가 막힌 이전 데이터베이스의 사본이라는 증거가 없음 (gumshoe.yml의 `copy`)",
  copyDoesNotHold: (copy, because) => `사본 ${copy}이(가) 유효하지 않음: ${because}`,
  copyIsAnother: (copy) => `사본 ${copy}이(가) 계획을 만들 때의 것이 아님`,
  hostSays: (host, because) => `${host}: ${because}`,
};

/** What `gumshoe plan` says beside the plan's own sentences, in Korean. */
export const planVerbKo: typeof planVerbEn = {
  refused: (action, because) => `${action}의 계획을 만들 수 없음: ${because}`,
  noIncident: (text) => `--incident ${text}: 인시던트 번호를 쓰기`,
  notSet: (pair) => `--set ${pair}: unit=gunicorn처럼 name=value 형식으로 쓰기`,
  onlyLooked: "확인만 했습니다: 아무것도 바뀌지 않았고 아무에게도 묻지 않았습니다.",
  touches: "영향을 받는 것과 현재 상태",
  approval: "승인하는 사람",
  needs: (approvals, approvers, solo) =>
    `${approvers.join(", ")} 중 ${approvals}명${solo ? "; 또는 계획을 만든 사람 혼자 (솔로 모드)" : ", 계획을 만든 사람은 제외"}`,
};
