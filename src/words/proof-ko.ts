import { duration } from "./numbers.ts";
import type { ProofWords } from "./proof-en.ts";

const told = (ms: number): string => duration(ms, "ko");

/** What is said of the proof after a repair, in Korean. */
export const proofKo: ProofWords = {
  title: "정말 고쳐졌습니까?",
  symptom: { queue: "데이터베이스 디스크 큐", connects: "데이터베이스 연결", requests: "실패하는 요청", look: "점검" },
  rows: {
    queueMean: "디스크 큐 평균",
    queuePeak: "디스크 큐 최댓값",
    connectMs: "가장 느린 데이터베이스 연결",
    connectsFailed: "실패한 연결",
    failShare: "실패하는 요청",
  },
  columns: { number: "수치", before: "변경 전", now: "현재", after: "변경 후", good: "정상 기준" },
  below: (value) => `${value} 미만`,
  none: "없음",
  notSeen: "확인 못 함",

  waits: "아직 확인된 것이 없습니다. 1분 뒤에 첫 점검을 합니다.",
  good: (goodMs, neededMs) => `${told(neededMs)} 중 ${told(goodMs)} 동안 정상입니다.`,
  until: "이대로 유지되면 {at}에 확인이 끝납니다.",
  notGood: (symptoms) => `아직 정상이 아닙니다: ${symptoms.join(", ")}. 다음에 정상인 점검부터 시간을 다시 잽니다.`,
  worse: (symptoms) => `변경 전보다 나빠졌습니다: ${symptoms.join(", ")}.`,
  unseen: (symptom, because) => `마지막 점검에서 확인하지 못했습니다: ${symptom} (${because}). 어느 쪽으로도 치지 않습니다.`,
  proven: (goodMs) => `확인됨: 모든 수치가 ${told(goodMs)} 동안 정상이었습니다.`,
  notProven: (withinMs, symptoms) =>
    `확인되지 않음: ${told(withinMs)}이 지나도 정상이 아닙니다: ${symptoms.join(", ")}. 장애는 계속 열려 있습니다.`,
  notSeenAtAll: (withinMs) => `확인되지 않음: ${told(withinMs)} 동안 판단할 만큼 보지 못했습니다. 장애는 계속 열려 있습니다.`,
  superseded: "확인되지 않음: 판단하기 전에 다른 변경이 있었습니다.",
  back: "할 수 있는 일",
  changed: "변경",
  chart: (from, at, to) => `디스크 큐: ${at} 변경 전 ${from}, ${to === undefined ? "변경 뒤의 값은 아직 없음" : `현재 ${to}`}.`,

  headline: (rows) => `조치 전후: ${rows.join("; ")}`,
  course: {
    began: (action, goodMs) => `${action}: 효과 확인 시작. 증상 수치가 ${told(goodMs)} 동안 정상이어야 함`,
    proven: (action, goodMs) => `${action}: 효과 확인됨. 모든 수치가 ${told(goodMs)} 동안 정상이었음`,
    notProven: (action, is) =>
      `${action}: 효과가 확인되지 않음. ${
        {
          "not-proven": "증상 수치가 계속 정상이지 않았음",
          worse: "증상 수치가 변경 전보다 나빠졌음",
          unseen: "판단할 만큼 보지 못했음",
          superseded: "그 전에 다른 변경이 있었음",
        }[is]
      }`,
  },
  report: {
    title: "조치 효과 확인",
    says: (action, at, goodMs) => `${action}(${at} 완료) 이후 증상의 모든 수치가 ${told(goodMs)} 동안 정상이었습니다.`,
    change: (at) => `${at} 변경`,
  },
  figure: (name, before, after) => `${name}: ${before} → ${after}`,
};
