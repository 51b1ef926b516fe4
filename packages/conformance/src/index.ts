export type { ConformanceSuite, ConformanceTest } from "./conformance-suite.ts";
export { corpusConformanceSuite } from "./corpus/corpus-conformance-suite.ts";
export type { CorpusConformanceSubject } from "./corpus/corpus-conformance-suite.ts";
export { describeCorpusConformance } from "./corpus/describe-corpus-conformance.ts";
export { describeEncoderConformance } from "./encoder/describe-encoder-conformance.ts";
export { encoderConformanceSuite } from "./encoder/encoder-conformance-suite.ts";
export type { EncoderConformanceSubject } from "./encoder/encoder-conformance-suite.ts";
export { createFakeEncoder } from "./encoder/fake-encoder.ts";
export type { FakeEncoderSettings } from "./encoder/fake-encoder.ts";
export { describeEngineConformance } from "./engine/describe-engine-conformance.ts";
export { engineConformanceSuite } from "./engine/engine-conformance-suite.ts";
export type { EngineConformanceSubject } from "./engine/engine-test-bed.ts";
export { createFakeEngine } from "./engine/fake-engine.ts";
export type { FakeEngineSettings } from "./engine/fake-engine.ts";
export type { RecordedRequest } from "./fault-server/chat-request.ts";
export { parseFault } from "./fault-server/fault.ts";
export type { Fault } from "./fault-server/fault.ts";
export { faultSchedule } from "./fault-server/fault-schedule.ts";
export type { FaultScheduleOptions } from "./fault-server/fault-schedule.ts";
export { startFaultServer } from "./fault-server/fault-server.ts";
export type {
  FaultServer,
  FaultServerAnswer,
  FaultServerBehaviour,
  FaultServerOptions,
} from "./fault-server/fault-server.ts";
export { testPicture } from "./pictures/test-picture.ts";
export type { TestPicture, TestPictureOptions } from "./pictures/test-picture.ts";
export { describeShardStoreConformance } from "./shard-store/describe-shard-store-conformance.ts";
export { shardStoreConformanceSuite } from "./shard-store/shard-store-conformance-suite.ts";
export type {
  OpenShardStore,
  ShardStoreConformanceSubject,
} from "./shard-store/shard-store-conformance-suite.ts";
export { answerAsConformanceModel } from "./vlm/conformance-model.ts";
export { describeVlmConformance } from "./vlm/describe-vlm-conformance.ts";
export { createFakeVlm } from "./vlm/fake-vlm.ts";
export type { FakeVlmSettings } from "./vlm/fake-vlm.ts";
export { vlmConformanceSuite } from "./vlm/vlm-conformance-suite.ts";
export type { VlmConformanceSubject, WireAnswer } from "./vlm/vlm-test-bed.ts";
