import { plain } from "./numbers.ts";
import type { DiskSays } from "./plan-disk-say.ts";
import type { SayWords } from "./plan-say.ts";
import { badStatusOf, ended, todoAbout } from "./plan-todo.ts";
import { todoKo } from "./plan-todo-ko.ts";

const list = (names: readonly string[]): string => names.join(", ");
const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const minute = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;

/** The sentences of repairs that make a database anew, or give it another disk, in Korean. */
export const diskSaysKo: SayWords<DiskSays> = {
  makesHaDatabase: (name, bundle, snapshot) =>
    `스냅샷 ${snapshot}에서 고가용성 플랜 ${bundle}(으)로 두 번째 데이터베이스 ${name}을(를) 만들고 사용 가능해질 때까지 기다림`,
  movesToGp3: (database, was) => `${database}의 스토리지를 ${was}에서 gp3로 그 자리에서 바로 변경하고 사용할 수 있을 때까지 기다림`,
  restoresOnGp3: (name, kind, snapshot) =>
    `스냅샷 ${snapshot}에서 gp3로 두 번째 데이터베이스 ${name}을(를) 만들고(${kind}, 같은 네트워크와 파라미터, 비공개) 사용 가능해질 때까지 기다림`,
  keepsPassword: (name) => `그다음 RDS가 ${name} 마스터 사용자의 비밀번호를 새로 만들어 Secrets Manager에 보관하게 함`,
  makesRdsDatabase: (name, kind, gib, version) =>
    `RDS에 빈 데이터베이스 ${name}을(를) 만듦: ${kind}, PostgreSQL ${version}, gp3 ${plain(gib)} GiB, 암호화, 비공개, 삭제 방지, 백업 7일`,
  hasStandby: () => "지금 데이터베이스처럼 다른 가용 영역에 대기 인스턴스를 둠",
  gp3Has: (gib) =>
    gib < 400
      ? "400 GiB 미만의 gp3는 버스트 크레딧 없이 항상 3,000 IOPS와 125 MiB/s; 그 크기에서는 높일 수 없음"
      : "400 GiB 이상의 gp3는 버스트 크레딧 없이 항상 12,000 IOPS와 500 MiB/s",
  administratorIsAnother: (administrator, was) =>
    `관리자 이름은 ${was}이(가) 아니라 ${administrator}: 지금은 애플리케이션이 자기 로그인으로 데이터베이스를 관리하지만 그곳에서는 일반 역할이 됨`,
  switchesNothing: (database) =>
    `이 단계는 아무것도 전환하지 않음: 애플리케이션은 계속 ${database}을(를) 쓰고, ${database}은(는) 그대로 남음`,
  copiesNothing: () => "이 단계는 데이터를 복사하지 않음: 복사는 다음 단계",
  haHasSameDisk: () =>
    "고가용성 플랜도 메모리, CPU, 디스크가 같음: I/O 한계를 높이지 않음. 가용 영역 하나를 잃어도 버티고, 스냅샷 때 멈추지 않게 될 뿐임",
  holdsDataUntil: (snapshot, takenAt) =>
    `새 데이터베이스에는 ${minute(takenAt)}에 만든 ${snapshot}의 데이터만 있음: 그 이후에 쓴 것은 없음`,
  lightsailMakesPassword: () =>
    "마스터 비밀번호는 Lightsail이 새로 만듦: 애플리케이션이 자기 호스트에서 직접 가져와야 하며 Gumshoe나 Slack을 거치지 않음",
  passwordIsKept: () =>
    "마스터 비밀번호는 Secrets Manager에 새로 만들어지고 RDS가 7일마다 바꿈: 애플리케이션이 자기 호스트에서 직접 가져와야 하며 Gumshoe나 Slack을 거치지 않음",
  onlyFromLightsail: () => "새 데이터베이스는 같은 리전의 Lightsail 인스턴스에서만 연결되고 인터넷에서는 연결되지 않음",
  slowWhileOptimizing: () => "이후 AWS가 몇 분에서 하루 넘게 스토리지를 최적화함: 데이터베이스는 쓸 수 있지만 그동안 느림",
  fewerBytes: () =>
    "이 크기의 gp2는 최대 250 MiB/s이지만 400 GiB 미만의 gp3는 125 MiB/s: 백업처럼 한 번에 많이 읽고 쓰는 작업은 느려질 수 있음",
  noStorageChange: () => "6시간 동안, 그리고 최적화가 끝날 때까지 스토리지를 다시 변경할 수 없음",
  readsSlowlyAtFirst: () => "스냅샷에서 만든 볼륨은 처음 읽을 때 블록을 불러옴: 모두 한 번 읽힐 때까지 새 데이터베이스는 원래보다 느림",
  losesNothing: (database) => `이 단계로 잃을 수 있는 것은 없음: ${database}을(를) 계속 사용`,
  lessMemory: (kind, gib, wasGib) => `${kind}의 메모리는 ${plain(gib)} GiB로 지금의 ${plain(wasGib)} GiB보다 적음`,
  olderMinor: (version, was) => `RDS에 ${was} 이상의 마이너 버전이 없음: ${version}은(는) 같은 메이저의 더 오래된 버전`,
  haTakes: () => "보통 10분에서 20분 (추정; AWS는 몇 분이라고 함)",
  movingTakes: () => "보통 몇 분이면 gp3에서 쓸 수 있음; 그 뒤의 최적화는 기다리지 않음",
  restoringTakes: () => "보통 8분에서 20분, 비밀번호에 1분 더",
  creatingTakes: (standby) => (standby ? "대기 인스턴스가 있으면 15분에서 20분 (다른 사례 기준)" : "5분에서 17분 (다른 사례 기준)"),
  haCosts: (bundle, amount, was, wasAmount) =>
    `${bundle} 월 ${usd(amount)}, ${was}(${usd(wasAmount)})보다 ${usd(amount - wasAmount)} 더 비쌈; 하나를 삭제할 때까지 둘 다 부과`,
  gp3Costs: (gib, usdPerGibMonth, was, standby) =>
    `${plain(gib)} GiB에 월 ${usd(gib * usdPerGibMonth * (standby ? 2 : 1))} (us-east-1, 2026년 정가: GiB당 $${usdPerGibMonth}${standby ? ", 대기 인스턴스로 두 배" : ""}${was === "gp2" ? ", gp2와 같아 차이 없음" : ""})`,
  rdsCosts: (kind, amount, gib, usdPerGibMonth, standby) => {
    const times = standby ? 2 : 1;
    const storage = gib * usdPerGibMonth * times;
    const from = `us-east-1, 2026년 정가${standby ? "; 대기 인스턴스로 두 배" : ""}`;
    return amount === null
      ? `gp3 ${plain(gib)} GiB에 월 ${usd(storage)} (${from}), 그리고 여기서 알 수 없는 ${kind}의 가격`
      : `월 ${usd(amount * times + storage)}: ${kind} ${usd(amount * times)}, gp3 ${plain(gib)} GiB ${usd(storage)} (${from})`;
  },
  bothArePaid: (database) => `누군가 삭제할 때까지 ${database}의 비용도 계속 부과됨`,
  newIsDeletedByHand: (name) =>
    `되돌릴 것이 없음: 아직 아무것도 ${name}을(를) 쓰지 않음. Gumshoe는 아무것도 삭제하지 않으므로 필요 없으면 직접 삭제`,
  isProtected: () => "삭제 방지가 켜져 있음: 삭제하기 전에 꺼야 함",
  storageStaysMoved: () => "바로 되돌릴 수 없음: 6시간 뒤 직접 스토리지를 되돌려 변경할 수 있음",
  routesUnchecked: (group) => `${group} 서브넷의 라우팅 테이블이 Lightsail로 돌아가는지는 확인하지 않음: 호스트에서 연결해 보면 알 수 있음`,
  parameterGroupUnchecked: (name) => `파라미터 그룹 ${name}이(가) 버전에 맞는지는 RDS가 데이터베이스를 만들 때 알 수 있음`,
  haStands: (name, endpoint, bundle) => `${name}을(를) ${endpoint}에서 사용 가능 (${bundle}, 다른 가용 영역에 대기 인스턴스)`,
  onGp3: (database) => `${database}이(가) gp3에 있고 사용 가능`,
  optimizesStill: (database) => `AWS가 아직 ${database}의 스토리지를 최적화하는 중: 상태가 available이 될 때까지 느림`,
  rdsStands: (name, endpoint, kind) => `${name}을(를) ${endpoint}에서 사용 가능 (${kind}, gp3)`,
  passwordIsIn: (secret) => `마스터 비밀번호는 Secrets Manager의 ${secret}에 있음`,
  reachedFromHosts: (endpoint) => `호스트에서 ${endpoint}에 연결됨`,
  noDatabaseAt: (service) => `${service}의 데이터베이스를 위한 것인데 gumshoe.yml에 그런 데이터베이스가 없음`,
  noSnapshot: (database) => `이 인시던트에서 만든 ${database}의 사용 가능한 스냅샷이 없음: 먼저 만들어야 함 (snapshot-database)`,
  alreadyHa: (database, bundle) => `${database}은(는) 이미 고가용성 플랜임 (${bundle})`,
  noHaBundle: (bundle) => `Lightsail에 ${bundle}의 메모리와 디스크를 갖춘 고가용성 플랜이 없음`,
  bundleUnknown: (bundle) => `Lightsail이 ${bundle}의 사양과 가격을 알려 주지 않음`,
  alreadyOnGp3: (database) => `${database}은(는) 이미 gp3임: 바꿀 것은 스토리지가 아님`,
  optimizing: (database) =>
    `${database}은(는) 이전 변경 뒤 storage-optimization 상태: 끝날 때까지, 적어도 6시간 동안 AWS가 스토리지 변경을 받지 않음`,
  changePending: (database, what) => `${database}의 변경이 이미 대기 중이거나 진행 중 (${list(what)}): 먼저 끝나야 함`,
  notFaster: (database, was, iops, gp3Iops) =>
    `${database}은(는) ${was}에서 ${plain(iops)} IOPS이고 그 크기의 gp3는 ${plain(gp3Iops)} IOPS: 빨라지지 않음`,
  unknownChoice: (of, value, choices) => `${of}에 ${value}을(를) 선택할 수 없음: ${list(choices)}`,
  notPostgres: (database, engine) => `${database}은(는) ${engine}: PostgreSQL만 옮길 수 있음`,
  versionNotThere: (version) => `RDS에 ${version}과(와) 메이저가 같은 PostgreSQL 버전이 없음`,
  notOrderable: (kind, versions) => `여기 RDS는 PostgreSQL ${list(versions)}에 gp3의 ${kind}을(를) 제공하지 않음: 다른 클래스를 선택`,
  notPeered: () =>
    "Lightsail 네트워크가 여기의 기본 VPC와 피어링되어 있지 않아 어떤 호스트도 새 데이터베이스에 연결할 수 없음: 리전의 VPC 피어링을 켜야 함 (Lightsail 계정, 고급; 또는 aws lightsail peer-vpc)",
  peeringUnclear: (peerings) =>
    peerings.length === 0
      ? "Lightsail은 피어링되어 있다고 하지만 기본 VPC에 활성 피어링이 보이지 않음: VPC의 피어링 연결을 확인"
      : `기본 VPC에 다른 계정과의 피어링이 여러 개 있어 어느 것이 Lightsail의 것인지 알 수 없음: ${list(peerings)}`,
  noDefaultVpc: () => "리전에 기본 VPC가 없고 Lightsail은 다른 VPC와 피어링할 수 없음: 기본 VPC를 만들어야 함 (aws ec2 create-default-vpc)",
  subnetGroupMissing: (name) => `RDS에 서브넷 그룹 ${name}이(가) 없음: 기본 VPC에 만들거나 gumshoe.yml에 다른 것을 지정`,
  subnetGroupElsewhere: (name, vpc, defaultVpc) =>
    `서브넷 그룹 ${name}은(는) ${vpc}에 있고 Lightsail은 기본 VPC ${defaultVpc}에만 연결됨: 그곳의 것을 지정`,
  securityGroupMissing: (id) => `보안 그룹 ${id}이(가) 없음: 기본 VPC에 만들거나 gumshoe.yml에 다른 것을 지정`,
  securityGroupElsewhere: (id, vpc, defaultVpc) => `보안 그룹 ${id}은(는) 기본 VPC ${defaultVpc}가 아니라 ${vpc}에 있음: 그곳의 것을 지정`,
  securityGroupsShut: (ids, range) =>
    `${list(ids)}에 Lightsail을 허용하는 규칙이 없음: 피어링 범위 ${range}에서 TCP 5432를 허용하는 인바운드 규칙을 추가`,
  nothingMade: (database, because, kind) =>
    `${ended(because)} 아무것도 만들어지지 않았고 ${database}은(는) 그대로임. ${todoAbout(kind, todoKo)}`,
  nothingChanged: (database, because, kind = "other") => `${ended(because)} ${database}은(는) 그대로임. ${todoAbout(kind, todoKo)}`,
  passwordNotKept: (name, because) =>
    `${ended(because)} ${name}은(는) 있지만 마스터 비밀번호는 스냅샷의 것 그대로임: 직접 RDS가 관리하게 해야 함 (aws rds modify-db-instance --manage-master-user-password)`,
  newEndedBadly: (name, status, database) =>
    `${name}이(가) ${status}(으)로 끝남; ${database}은(는) 그대로 사용 중. ${todoKo.status[badStatusOf(status)]} Gumshoe는 아무것도 삭제하지 않음: ${name}을(를) 직접 삭제하고 다시 계획`,
  moveEndedBadly: (database, status) => `${database}이(가) ${status}(으)로 끝남. ${todoKo.status[badStatusOf(status)]} 스냅샷은 남아 있음`,
  notAsAsked: (name, of, is, wanted, database) =>
    `${name}은(는) 사용 가능하지만 ${of}이(가) ${wanted}이(가) 아니라 ${is}: 사용하지 말 것. ${database}은(는) 계속 사용 중; ${name}을(를) 직접 삭제`,
  notReachedFromHosts: (endpoint, database) =>
    `새 데이터베이스는 있지만 호스트에서 ${endpoint}에 연결되지 않음: 라우팅 테이블과 네트워크 ACL을 확인. ${database}은(는) 계속 사용 중`,
};
