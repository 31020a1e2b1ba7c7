import { duration, percent, plain } from "./numbers.ts";
import type { ReportWords } from "./report-en.ts";

const told = (ms: number): string => duration(ms, "ko");
const atLeast = (text: string, exact: boolean): string => (exact ? text : `최소 ${text}`);

/** The report of an incident, in Korean; as in report-en.ts. No particle follows a name whose form would depend on how the name ends. */
export const reportKo: ReportWords = {
  title: (incident, environment, date) => `장애 보고서 ${incident}: ${environment}, ${date}`,
  draft:
    "이 문서는 초안입니다. 경보, 점검, 사람들의 조치 등 Gumshoe에 기록된 내용으로 작성했습니다. 사람만 알 수 있는 내용은 이렇게 표시합니다:",
  fillIn: (what) => `작성 필요: ${what}`,
  ask: {
    example: "빠진 내용",
    felt: "누가 먼저 알아차렸는지, 고객은 무엇을 겪었는지",
    restored: "무엇으로 복구했는지, 누가 언제 했는지",
    cause: "밝혀진 원인",
    owner: "담당자와 기한",
    lessons: "잘된 점, 잘못된 점, 운이 좋았던 점",
  },
  sections: {
    summary: "요약",
    impact: "영향",
    alarms: "경보",
    timeline: "경과",
    cause: "원인",
    why: "근거",
    chain: "인과 관계",
    suspected: "의심되지만 입증되지 않은 원인",
    ruledOut: "배제된 원인",
    unknown: "판단할 수 없는 원인",
    changed: "장애 전의 변경",
    notSeen: "확인하지 못한 항목과 이유",
    people: "사람들의 조치",
    followUps: "후속 조치",
    lessons: "교훈",
    appendix: "부록: 모든 점검",
    steps: (at) => `${at} 점검에서 확인한 항목`,
  },
  facts: {
    environment: "환경",
    state: "상태",
    severity: "심각도",
    began: "시작",
    ended: "종료",
    times: "시간대",
    written: "작성",
  },
  severity: { critical: "심각", warning: "경고" },
  state: {
    open: "진행 중",
    easing: "경보는 모두 멈춤, 장애가 끝났는지는 아직 점검으로 확인되지 않음",
    recovered: "복구됨",
    lapsed: "오랫동안 소식 없음, 끝난 것을 확인한 점검 없음",
  },
  writtenBy: (at, version) => `${at}, Gumshoe ${version}`,

  summary: {
    failed: (environment, failed, requests, share, exact) =>
      `${environment} 환경에서 요청 ${plain(requests)}건 중 ${atLeast(plain(failed), exact)}건(${percent(Math.round(share * 100), "ko")})이 실패했습니다.`,
    noneFailed: (environment, slow, requests) =>
      `${environment} 환경에서 장애가 접수되었습니다. 접근 로그에 실패한 요청은 없습니다${slow === 0 ? "" : `(느린 요청은 ${plain(requests)}건 중 ${plain(slow)}건)`}.`,
    uncounted: (environment) => `${environment} 환경에서 장애가 접수되었습니다. 실패한 요청의 수는 셀 수 없었습니다.`,
    over: (began, ended, ms, state) =>
      state === "recovered"
        ? `${began}부터 복구가 확인된 ${ended}까지 ${told(ms)} 동안 이어졌습니다.`
        : `${began}에 시작되었습니다. 이후 소식이 없었고 끝난 것을 확인한 점검도 없어, ${ended}에 추적을 마쳤습니다.`,
    open: (began, now, ms) => `${began}에 시작되어 ${now} 현재까지 ${told(ms)} 동안 끝나지 않았습니다.`,
    reopened: (times) => `복구 후 ${plain(times)}번 재발했습니다.`,
    cause: (titles) => `원인: ${titles.join("; ")}.`,
    ruled: {
      inconclusive: "증거만으로는 원인을 확정할 수 없습니다.",
      "no-known-cause": "런북에 있는 원인은 아닙니다.",
      healthy: "어느 점검에서도 이상을 찾지 못했습니다.",
    },
    notLooked: "판정까지 끝난 점검이 없어 원인을 알 수 없습니다.",
  },

  impact: {
    failed: "실패한 요청",
    slow: "느린 요청",
    lasted: "요청이 실패한 시간",
    worstMinute: "가장 심한 1분",
    longest: "가장 오래 걸린 요청",
    pages: "실패한 페이지",
    alarms: "경보",
    counted: "집계 출처",
    uncounted: "셀 수 없었음",
    uncountedBecause: (because) => `셀 수 없었음: ${because}`,
    noEvidence: "점검 결과가 보관되어 있지 않거나 점검이 없었습니다",
    ofRequests: (some, requests, exact) =>
      `${plain(requests)}건 중 ${atLeast(plain(some), exact || some === 0)}건(${percent(requests === 0 ? 0 : Math.round((some / requests) * 1000) / 10, "ko")})`,
    slowMeans: "5초 이상이면서 그 페이지의 평소 시간보다 10배 넘게 걸린 요청",
    until: (to, exact, open) => (open ? `마지막으로 기록된 요청(${to})` : exact ? to : `최소 ${to}`),
    fromTo: (from, until, ms) => `${from}부터 ${until}까지, ${told(ms)}`,
    minute: (failed, at) => `${at}부터 1분 동안 ${plain(failed)}건 실패`,
    page: (endpoint, failed) => `${endpoint} (${plain(failed)}건)`,
    times: (times, alarms) => `경보 ${plain(alarms)}개가 ${plain(times)}번 울림`,
    logs: (hosts, of, exact) =>
      `호스트 ${hosts === of ? `${of}대` : `${of}대 중 ${hosts}대`}의 Caddy 접근 로그${exact ? "" : "(로그가 장애 전체를 담고 있지 않아, 실제 수는 더 많을 수 있음)"}`,
  },

  alarms: {
    columns: ["경보", "처음 울린 시각", "횟수", "마지막 값", "임계값", "현재"],
    state: { alarm: "울리는 중", ok: "멈춤", "no-data": "데이터 없음" },
    unknown: "–",
  },

  course: {
    columns: ["시각", "내용", "출처"],
    opened: (incident) => `장애 ${incident} 시작`,
    reopened: "다시 열림",
    fired: (value, threshold, reason) =>
      value === undefined ? `경보 울림: ${reason}` : `경보 울림, 값 ${value}${threshold === undefined ? "" : `(임계값 ${threshold})`}`,
    firedMore: (times, until) => `경보가 ${plain(times)}번 더 울림, 마지막 ${until}`,
    quiet: "경보 멈춤",
    quietMore: (times, until) => `경보가 ${plain(times)}번 더 멈춤, 마지막 ${until}`,
    flaps: (changes) => `경보가 울림과 멈춤을 반복함: 짧은 시간에 ${plain(changes)}번 바뀜`,
    noData: (reason) => `경보에 데이터 없음: ${reason}`,
    looking: (runbook, why, by) =>
      `점검 시작, 런북 ${runbook}: ${
        {
          asked: `요청 ${by}`,
          opened: "장애가 시작되어",
          "new-alarm": "새로운 종류의 경보가 울려",
          recheck: "끝났는지 확인하려고",
        }[why]
      }`,
    looked: (verdict, titles, same) => `${verdict}${titles.length === 0 ? "" : `: ${titles.join("; ")}`}${same ? "(이전과 같음)" : ""}`,
    lookFailed: (because) => `점검 중단: ${because}`,
    state: {
      open: "다시 진행 중",
      easing: "모든 경보가 멈춤. 끝났는지 점검으로 확인해야 함",
      recovered: "복구됨: 점검에서 더 이상 이상이 없음",
      lapsed: "오랫동안 새로운 소식이 없어 추적을 마침. 끝난 것을 확인한 점검은 없음",
    },
    called: (whom) => `당직(${whom})을 스레드에서 호출함`,
    muted: (until) => `경보 알림을 ${until}까지 끔`,
    unmuted: "경보 알림을 다시 켬",
    reported: "이 보고서를 요청함",
    planned: (action) => `조치 계획을 요청함: ${action}`,
    approved: (action, missing) => `조치 계획을 승인함: ${action}${missing === 0 ? "" : `(${plain(missing)}명 더 필요)`}`,
    carriedOut: (action, outcome) =>
      `${action}: ${
        {
          done: "실행하고 결과를 확인함",
          void: "승인한 내용이 더는 맞지 않아 시작하지 않음",
          failed: "실패한 단계에서 멈춤",
          late: "허용된 시간을 넘겨 멈춤",
          halted: "변경 중지 요청으로 멈춤",
          broke: "Gumshoe 자체 오류로 중단됨",
        }[outcome]
      }`,
    lastFailure: "마지막으로 실패한 요청이 응답을 받음",
    queueRose: "데이터베이스 디스크 큐가 늘어나기 시작함",
    leftOut: (lines) => `${plain(lines)}줄 생략. gumshoe incidents show로 모두 볼 수 있음`,
    audited: (event) =>
      ({
        refused: "조치 계획에 대한 요청이 거부됨",
        withdrawn: "조치 계획을 철회함",
        expired: "조치 계획이 기한 안에 승인되지 않아 만료됨",
        lapsed: "조치 계획이 승인 후 기한 안에 차례가 오지 않아 만료됨",
        answered: "단계가 실행되었는지 답함",
        halted: "모든 변경을 중지함",
        resumed: "변경을 다시 허용함",
      })[event] ?? event,
  },
  sources: {
    gumshoe: "Gumshoe",
    alarm: (name) => `경보 ${name}`,
    metrics: "지표",
    onHost: (source, host) => `${source}, ${host}`,
    moment: {
      "oom-kill": "커널 로그",
      "worker-timeout": "gunicorn 저널",
      "worker-lost": "gunicorn 저널",
      "worker-booted": "gunicorn 저널",
      "boot-failed": "gunicorn 저널",
      "service-started": "systemd",
      "service-stopped": "systemd",
      changed: "호스트의 파일",
      "request-failed": "Caddy 접근 로그",
      "client-left": "Caddy 접근 로그",
    },
  },

  cause: {
    none: "입증된 원인이 없습니다.",
    notLooked: "판정까지 끝난 점검이 없습니다.",
    evidenceGone: "증거는 더 이상 보관되어 있지 않습니다. 당시 채널의 언어로 알린 내용입니다.",
    differs: (then, now) => `지금의 런북으로 다시 판정하면 결과가 다릅니다. 지금: ${now}. 당시: ${then}.`,
    lookedAt: (at, runbook) => `${at} 점검, 런북 ${runbook}.`,
    allSeen: "런북의 필수 점검을 빠짐없이 마쳤습니다.",
    notKnownSeen: "보관된 증거가 없어, 무엇을 확인했는지 알 수 없습니다.",
  },

  people: {
    asked: (environment) => `${environment} 점검을 요청함`,
    muted: (until) => `경보 알림을 ${until}까지 끔`,
    unmuted: "경보 알림을 다시 켬",
    reported: "이 보고서를 요청함",
    planned: (action) => `조치 계획을 요청함: ${action}`,
    approved: (action) => `조치 계획을 승인함: ${action}`,
    audited: (event) =>
      ({
        refused: "조치 계획에 대한 요청이 거부됨",
        withdrawn: "조치 계획을 철회함",
        answered: "단계가 실행되었는지 답함",
        halted: "모든 변경을 중지함",
        resumed: "변경을 다시 허용함",
      })[event] ?? event,
    none: "Gumshoe를 통해 조치한 사람은 없습니다.",
  },

  followUps: {
    see: (step, because) => `확인할 수 있게 만들기: ${step} (${because})`,
    late: (ms, alarm) => `첫 경보(${alarm})가 첫 실패보다 ${told(ms)} 늦게 울림. 임계값과 평가 기간 검토`,
    noAlarm: "울린 경보가 없음. 이 장애를 먼저 알려 줄 지표에 경보 추가",
    earlier: (ms) => `디스크 큐가 첫 실패보다 ${told(ms)} 먼저 늘어났지만 그때까지 알린 경보가 없음. DiskQueueDepth 경보를 검토하거나 추가`,
    noData: (alarm) => `데이터가 없는 경보: ${alarm}. 지표가 전송되는지 확인`,
    flaps: (alarm) => `울림과 멈춤을 반복하는 경보: ${alarm}. 평가 기간을 늘리거나 임계값 조정`,
    lookFailed: (because) => `Gumshoe 내부 오류로 점검이 중단됨: ${because}`,
    find: (title) => `입증 또는 배제하기: ${title}`,
    unproven: "원인 찾기. 보관된 증거로는 입증되지 않음",
    neverGone: "장애가 끝났는지 확인하기. 끝난 것을 확인한 점검이 없음",
    repair: (title) => `런북에 있는 조치: ${title}`,
  },

  appendix: {
    columns: ["점검", "시작", "소요 시간", "런북", "이유", "결과"],
    stepColumns: ["항목", "호스트", "확인", "확인하지 못한 이유"],
    why: { asked: "요청", opened: "장애 시작", "new-alarm": "새로운 경보", recheck: "복구 확인" },
    wanted: "대기 중",
    running: "진행 중",
    stopped: "Gumshoe가 중지됨",
    failed: (because) => `중단: ${because}`,
    rounds: (round) => `${plain(round)}번 시작됨`,
    read: "이 보고서에 증거 사용",
    seen: { facts: "전부", cut: "일부", empty: "출력 없음", failed: "실패", unknown: "확인 못 함" },
    allHosts: "공통",
    none: "점검이 없었습니다.",
  },

  charts: {
    titles: {
      failed: "분당 실패한 요청",
      queue: "데이터베이스 디스크를 기다리는 I/O",
      cpu: "데이터베이스 CPU",
      connections: "데이터베이스 연결 수",
      connect: "데이터베이스 연결에 걸린 시간",
    },
    subtitle: (environment, source, timezone) => `${environment} · ${source} · 시간대 ${timezone}`,
    logs: "Caddy 접근 로그",
    probe: "Gumshoe 연결 점검, 점검별 중앙값",
    threshold: (value) => `경보 임계값 ${value}`,
    span: (ms) => `장애 ${told(ms)}`,
    mark: (at) => `첫 실패 ${at}`,
    alt: (title, before, peak, at) => `${title}: ${before === undefined ? "" : `장애 전 평균 ${before}, `}최고 ${peak}(${at}).`,
  },

  cut: (characters) => `… [생략: ${plain(characters)}자]`,
  command: {
    written: (path, charts) => `${path}\n차트 ${plain(charts)}개를 함께 저장했습니다. 초안이므로 사람이 작성할 곳이 표시되어 있습니다.\n`,
    noIncident: (id, known) =>
      known.length === 0
        ? `장애 ${id}: 없는 번호입니다. 기록된 장애가 아직 없습니다`
        : `장애 ${id}: 없는 번호입니다. 최근 장애: ${known.join(", ")} (gumshoe incidents로 모두 볼 수 있습니다)`,
    taken: (dir) => `${dir}: 이 장애의 보고서가 아닌 것이 이미 있습니다. --out으로 다른 폴더를 지정하십시오`,
    edited: (file) => `${file}: 작성 후 수정되었습니다. 수정한 내용을 잃지 않도록 --out으로 다른 폴더를 지정하십시오`,
  },
};
