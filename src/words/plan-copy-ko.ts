import { duration, plain } from "./numbers.ts";
import type { CopySays } from "./plan-copy-say.ts";
import type { SayWords } from "./plan-say.ts";

/** 10 MB/s, as in English. */
const MS_PER_GIB = 107_000;

const told = (ms: number): string => duration(ms, "ko");
const linesOf = (to: string): string => `\`host: ${to.replace(/:\d+$/, "")}\`, \`port: ${to.replace(/^.*:/, "")}\``;
const list = (names: readonly string[]): string => names.join(", ");

/** The sentences of repairs that copy a database, in Korean. */
export const copySaysKo: SayWords<CopySays> = {
  rehearsesCopy: (name, bundle, snapshot, host, to) =>
    `스냅샷 ${snapshot}(으)로 ${bundle}에 임시 데이터베이스 ${name}을(를) 만듦; 그다음 ${host}이(가) 이를 ${to}의 연습용 데이터베이스로 모두 복사하고 모든 행을 비교한 뒤 연습용 데이터베이스를 삭제`,
  readsNoLive: (database) => `사용 중인 ${database}에서는 행을 읽지 않음: 정의만 확인`,
  endsUnits: (units, hosts) => `모든 호스트의 준비가 끝나면 ${list(hosts)}에서 ${list(units)}을(를) 멈춤`,
  copiesForGood: (host, from, to) =>
    `그다음 ${host}이(가) ${from}을(를) 애플리케이션에 닫고, 더는 쓰기가 없음을 증명한 뒤, 모두 ${to}(으)로 복사하고 모든 행을 비교`,
  setsAside: (host, from, aside, to) =>
    `그다음 ${host}이(가) ${from}의 데이터베이스를 ${aside}(이)라는 이름으로 치워 둠: 애플리케이션이 스스로 관리자이고 관리자의 로그인은 막을 수 없기 때문; 이전 이름으로 접속하면 그런 데이터베이스가 없다는 응답을 받음. 더는 쓰기가 없음을 증명한 뒤, 모두 ${to}(으)로 복사하고 모든 행을 비교`,
  freezesWrites: (units, ms) =>
    `쓰기 중단: 첫 서비스가 멈춘 때부터 그 호스트가 전환될 때까지 ${list(units)}은(는) 응답하지 않고 쓰는 쪽은 오류를 받음${ms === null ? "; 복사 연습이 없었으므로 얼마나 걸릴지 알 수 없음" : `, 약 ${told(ms)}; 지금 디스크가 연습 때보다 느리게 읽으면 더 길어짐`}`,
  losesNothingInCopy: () =>
    "손실 구간: 없음. 이전 데이터베이스가 닫히고 멈춘 것이 증명된 뒤에야 복사를 시작하며, 둘 사이에 차이가 하나라도 있으면 되돌림",
  onlyAcknowledged: () => "쓰기가 확인된 행만 해당됨: 중단이 시작될 때 진행 중이던 것은 오류를 받으며 다시 보내야 함",
  becomesOrdinary: (to, makesRoles) =>
    `${to}에서 애플리케이션의 역할은 일반 역할이며 관리자(rds_superuser)가 아님${makesRoles ? "; 그곳에서는 역할을 만들 수 없음" : ""}`,
  readsNoMore: (tables, table) =>
    `지금 테이블 중 ${plain(tables)}개(예: ${table})는 관리자라서 쓸 수 있을 뿐이고 그곳에서는 쓸 수 없음: 필요하면 먼저 애플리케이션의 역할에 직접 권한을 줄 것`,
  loadsTarget: (to) => `그동안 ${to}에 부하가 걸림; 아직 쓰는 곳은 없음`,
  rehearsalTakes: (gib) =>
    `임시 데이터베이스는 보통 10~20분; 그다음 복사이며, 그 시간을 재는 것이 연습의 목적. 가득 찬 ${plain(gib)} GiB 디스크라면 작은 호스트에서 보이는 10 MB/s로 약 ${told(gib * MS_PER_GIB)}`,
  moveTakes: (copyMs, hosts, ms) =>
    `${copyMs === null ? "복사에 걸리는 시간은 알 수 없음" : `복사는 연습한 대로 약 ${told(copyMs)}`}; 그다음 호스트 ${plain(hosts)}개를 하나씩, 약 ${told(ms)}`,
  rehearsalCosts: (bundle, amount) => `임시 데이터베이스를 삭제할 때까지 ${bundle}에 월 $${amount.toFixed(2)}`,
  moveIsUndone: (from) =>
    `모든 호스트가 전환되기 전에 무엇이든 실패하면: 복사를 끝내고, 모든 호스트의 파일을 되돌리고, ${from}을(를) 이전과 똑같이 다시 열고, 서비스를 다시 시작; 그 뒤에는 다른 계획으로 되돌림`,
  oldIsKept: (from) => `${from}은(는) 닫힌 채 그대로 남으며 Gumshoe가 삭제하지 않음`,
  asideIsKept: (from, aside, copy, host) =>
    `이전 데이터베이스는 ${from}에 ${aside}(이)라는 이름으로 그대로 남으며 Gumshoe가 삭제하지 않음; ${host}에서 복사 ${copy}의 \`unfence\`가 이름과 모든 권한을 되돌림 (docs/copy.md)`,
  notRehearsed: () => "이 인시던트에서 복사를 연습하지 않음: 얼마나 걸리는지, 끝까지 되는지 알 수 없음 (rehearse-copy)",
  rehearsalLoginUnchecked: (name) => `호스트가 ${name}에 연결하고 로그인할 수 있는지는 그것이 만들어져야 알 수 있음`,
  rehearsed: (ms, host, to) =>
    `연습함: ${host}이(가) 모두 ${to}(으)로 복사했고 차이가 없었으며 ${told(ms)} 걸림; 연습용 데이터베이스는 삭제됨`,
  temporaryIsLeft: (name) => `임시 데이터베이스 ${name}이(가) 남아 비용이 듦: 더 연습하지 않을 것이면 직접 삭제`,
  movedTo: (from, to, ms) => `${from} 전체를 ${told(ms)} 만에 ${to}(으)로 복사했고 모든 행을 비교함`,
  watchesNew: (to, from, rds, monitor) =>
    `이제부터 Gumshoe가 스스로 ${to}을(를) 봄; gumshoe.yml은 아직 ${from}을(를) 가리키므로 편할 때 \`database\`에 ${linesOf(to)}${rds === null ? ", `metrics`에 새 데이터베이스의 이름을 적을 것 (여기서는 알 수 없으며 그때까지 데이터베이스 지표를 읽지 않음)" : `, \`metrics\`에 이전 데이터베이스 대신 \`rds: ${rds}\`을(를) 적을 것`}${monitor === null ? "" : `; ${monitor}에도 같은 주소를 적을 것`}`,
  noTargetMade: () => "이 인시던트의 어떤 계획도 복사할 데이터베이스를 만들지 않음: 먼저 만들 것 (create-rds-gp3)",
  copyWouldStop: (host, because) => `${host}에서 복사를 시작할 수 없음: ${because}`,
  copyFailed: (host, because) => `${host}의 복사가 끝까지 가지 못함: ${because}`,
  rehearsalFailed: (because, name) =>
    `${because}. 전환된 것은 없고 현재 데이터베이스는 그대로임. ${name}이(가) 남아 있으니 필요 없어지면 직접 삭제`,
};
