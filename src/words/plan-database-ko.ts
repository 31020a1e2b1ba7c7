import { bytes as inBytes, duration, plain } from "./numbers.ts";
import type { DatabaseSays } from "./plan-database-say.ts";
import type { SayWords } from "./plan-say.ts";

const told = (ms: number): string => duration(ms, "ko");
const size = (bytes: number): string => inBytes(bytes, "ko");
const list = (names: readonly string[]): string => names.join(", ");
const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const leftover = (index: string, left: boolean): string =>
  left ? ` 쓸 수 없는 인덱스가 남음: ${index}. 계획을 다시 세우면 먼저 삭제함` : " 남은 것은 없음";

/** The sentences of repairs in the database itself, and of what watches it, in Korean. */
export const databaseSaysKo: SayWords<DatabaseSays> = {
  endsSession: (pid, user, application, client, database) =>
    `세션 ${pid}만 종료: 사용자 ${user}${application === "" ? "" : `(${application})`}, 클라이언트 ${client}, 데이터베이스 ${database}. 번호, 세션 시작 시각, 트랜잭션 시작 시각이 모두 같아야 함`,
  sessionIsIn: (state, forMs, statement) => `상태 ${state || "알 수 없음"}, ${told(forMs)} 동안: ${statement || "실행문 없음"}`,
  sessionsWait: (number) => `직접 또는 차례로 이 세션을 기다리는 세션 ${plain(number)}개`,
  dropsLeftover: (index) => `이전 시도가 남긴 쓸 수 없는 인덱스를 먼저 삭제: ${index}`,
  makesIndex: (index, table, columns) =>
    `CREATE INDEX CONCURRENTLY로 ${table} (${list(columns)})에 인덱스 ${index} 생성, 쓸 수 있을 때까지 기다림`,
  writesGoOn: (table) => `그동안에도 ${table}의 읽기와 쓰기는 계속됨`,
  makesDashboard: (name, graphs) => `이 장애를 알려 준 지표의 그래프 ${plain(graphs)}개로 CloudWatch 대시보드 생성: ${name}`,
  makesAlarms: (names) => `CloudWatch 경보 생성: ${list(names)}`,
  replacesTheirs: (names) => `이미 있으나 내용이 달라, 사람이 추가한 것까지 덮어씀: ${list(names)}`,
  alarmsArrive: () => "경보의 차원에 있는 데이터베이스나 호스트 이름으로 이 환경에 속함",
  transactionIsLost: () => "트랜잭션이 롤백됨: 커밋하지 않은 것은 사라지고 클라이언트는 오류를 받음",
  mayComeAgain: () => "이 세션을 연 쪽이 같은 일을 다시 할 수 있음",
  readsWholeTable: (table, bytes) => `${table} 전체(${size(bytes)})를 두 번 읽음: 이미 느린 데이터베이스라면 그동안 더 느려짐`,
  waitsForOlder: (oldestMs) =>
    `먼저 시작한 모든 트랜잭션이 끝나기를 기다림. 가장 오래된 것은 ${told(oldestMs)} 동안 열려 있음. 테이블 변경(ALTER TABLE, VACUUM)은 이 작업을 기다림`,
  slowsWrites: (table) => `이후 ${table}에 쓸 때마다 인덱스를 하나 더 갱신함`,
  alarmsMayFire: () => "지금 임계값을 넘은 지표의 경보는 몇 분 안에 울리고 이 장애에 합쳐짐",
  endTakes: () => "몇 초. 많이 쓴 트랜잭션은 롤백에 더 걸림",
  indexTakes: (ms) => `디스크가 초당 20 MB를 읽는다면 약 ${told(ms)}(추정). 다른 트랜잭션을 기다리면 더 걸림`,
  puttingTakes: () => "몇 초",
  indexNeedsRoom: (bytes, free) =>
    `데이터베이스 디스크 약 ${size(bytes)}, 만드는 동안 그만큼 더${free === null ? "" : `. 여유 공간 ${size(free)}`}`,
  dashboardCosts: (dashboards, perDashboard, alarms, perAlarm) =>
    `한 달에 최대 ${usd(dashboards * perDashboard + alarms * perAlarm)}: 경보 ${plain(alarms)}개에 각 ${usd(perAlarm)}, 무료 3개를 넘는 대시보드에 ${usd(perDashboard)}(CloudWatch 공개 정가)`,
  indexIsDropped: (statement) => `언제든 되돌리는 명령: ${statement}`,
  dashboardIsDeleted: (commands) => `직접 되돌리는 명령: ${commands.join("; ")}`,
  othersBlockToo: (others) => `다른 세션을 막는 세션이 더 있음(괄호는 기다리는 수). 그대로 둠: ${list(others)}`,
  roomUnchecked: () => "데이터베이스 디스크의 여유 공간: gumshoe.yml에 그 지표가 없음",
  rulesUnchecked: () => "EventBridge 규칙이 이 리전의 경보를 Gumshoe의 큐에 넣는지(docs/aws.md): 없으면 아무에게도 가지 않음",
  noChannel: () => "gumshoe.yml에 이 환경의 channel이 없음: Gumshoe가 이 환경의 경보를 받지 않음",
  sessionIsGone: (pid) => `세션 ${pid} 종료됨`,
  waitersWentOn: (moved, waited) => `이 세션을 기다리던 ${plain(waited)}개 중 ${plain(moved)}개가 바로 진행됨`,
  someWaitStill: (number) => `지금 잠금을 기다리는 세션 ${plain(number)}개: 다른 세션이 막고 있는지 확인하십시오`,
  nobodyWaits: () => "지금 잠금을 기다리는 세션 없음",
  indexStands: (index, table, bytes) => `${table}의 인덱스를 쓸 수 있음: ${index}(${size(bytes)})`,
  dashboardStands: (name, url) => `대시보드 생성됨: ${name} ${url}`,
  alarmsStand: (names) => `경보 생성됨: ${list(names)}`,
  nothingBlocked: () => "지금 다른 세션을 막는 세션이 없음",
  blocksNobody: (pid, blockers) => `세션 ${pid}은(는) 아무도 막지 않음. 막는 세션(괄호는 기다리는 수): ${list(blockers)}`,
  preparedBlocks: () => "세션이 아니라 준비된 트랜잭션이 막고 있음: pg_prepared_xacts에서 찾아 직접 커밋하거나 롤백하십시오",
  notAClient: (pid, kind) => `세션 ${pid}은(는) 데이터베이스 자체의 것(${kind})이어서 종료하지 않음`,
  sessionIsOurs: (pid, application) => `세션 ${pid}은(는) Gumshoe의 작업(${application})이어서 종료하지 않음`,
  mayNotEnd: (login, pid, user) =>
    `${login} 역할은 ${user}의 세션 ${pid}을(를) 보거나 종료할 수 없음: gumshoe.yml의 login에 pg_signal_backend와 pg_monitor에 속한 역할을 쓰십시오`,
  noPlainNames: () => "테이블 하나(orders 또는 shop.orders)와 컬럼 1~5개를 쉼표로 구분해 쓰십시오: 영문자, 숫자, _만 가능",
  noSuchTable: (table, database) => `${database}에 그런 테이블이 없음: ${table}`,
  noPlainTable: (table, kind) => `${table}은(는) 일반 테이블이 아님(${kind}): 인덱스를 직접 만드십시오`,
  databaseIsStandby: () => "이 데이터베이스는 대기 서버여서 변경할 수 없음",
  noSuchColumns: (table, columns) => `${table}에 없는 컬럼: ${list(columns)}`,
  mayNotIndex: (login, table) => `${login} 역할이 ${table}의 소유자가 아니거나 그 스키마에 만들 권한이 없음`,
  indexUnderWay: (table) => `${table}의 인덱스를 이미 만들고 있음`,
  indexIsThere: (index, columns) => `${list(columns)}(으)로 시작하는 인덱스가 이미 있음: ${index}. 하나 더 만들어도 도움이 되지 않음`,
  indexNameIsTaken: (index) => `${index}(이)라는 이름이 이미 쓰이고 있어 건드리지 않음: 직접 이름을 바꾸거나 삭제한 뒤 다시 계획`,
  noRoom: (bytes, free) => `만드는 동안 약 ${size(bytes)}이(가) 필요하지만 데이터베이스 디스크의 여유 공간은 ${size(free)}`,
  nothingToWatch: () =>
    "이 환경의 지표가 CloudWatch에 없음: gumshoe.yml에 metrics.rds를 쓰거나 Lightsail의 지표를 복사하십시오(watch.bridge)",
  dashboardIsThere: (name) => `대시보드와 경보가 이미 만들려는 그대로 있음: ${name}`,
  indexFailed: (host, because, index, left) => `${host}: ${because}.${leftover(index, left)}`,
  indexCutOff: (host, index, left) => `${host}에서 인덱스를 만들던 작업이 중단됨.${leftover(index, left)}`,
};
