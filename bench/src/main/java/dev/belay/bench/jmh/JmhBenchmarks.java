package dev.belay.bench.jmh;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Profile;
import java.util.List;

/** All that JMH measures: what is run in which profile, and what table it becomes. */
public final class JmhBenchmarks {
  private static final String SIZE = "size";
  private static final String SHAPE = "shape";
  private static final String LARGE_HEAP = "6g";
  private static final List<String> SHAPES = List.of("ARRAYS", "MAP", "RECORDS");
  private static final List<String> ONE_SHAPE = List.of("ARRAYS");
  private static final List<String> SMALLEST = List.of("1KB");
  private static final List<String> SIZES = List.of("1KB", "1MB", "64MB");

  /** More than may be in flight between a state and the store. */
  private static final List<String> LARGE = List.of("128MB");

  private static final List<String> HUGE = List.of("512MB");

  private JmhBenchmarks() {}

  /** In the order in which they are best read. */
  public static List<Benchmark> all() {
    return List.of(
        safePoint(),
        stall(),
        write(),
        pipeline(),
        restore(),
        codec(),
        journal(),
        decisions(),
        durable());
  }

  private static Benchmark safePoint() {
    return new JmhBenchmark(
        "safepoint",
        "a safe point in each step of a tight loop while nothing is due",
        profile -> List.of(JmhPlan.of(SafePointBenchmark.class)),
        profile -> 6,
        SafePointTable::of);
  }

  private static Benchmark stall() {
    return new JmhBenchmark(
        "checkpoint.stall",
        "a checkpoint's stall: encoding small, medium and large states on the loop's thread",
        profile ->
            sized(profile, JmhPlan.of(CheckpointStallBenchmark.class).with(SHAPE, shapes(profile))),
        profile -> shapes(profile).size() * sizes(profile),
        scores -> CheckpointTable.of("The stall of a checkpoint, on the loop's thread", scores));
  }

  private static Benchmark write() {
    return new JmhBenchmark(
        "checkpoint.write",
        "what follows beside the loop: compress, checksum and store, on disk and in memory",
        profile ->
            sized(
                profile,
                JmhPlan.of(CheckpointWriteBenchmark.class).only("write").with(SHAPE, ONE_SHAPE)),
        profile -> 2 * sizes(profile),
        scores -> CheckpointTable.of("Writing a checkpoint, beside the loop", scores));
  }

  private static Benchmark pipeline() {
    return new JmhBenchmark(
        "checkpoint.pipeline",
        "a checkpoint's stages, each alone, and all of them as a pipeline: goal 0.8 of the slowest",
        profile ->
            List.of(
                JmhPlan.of(PipelineBenchmark.class)
                    .with(SHAPE, shapes(profile))
                    .with(SIZE, profile.smoke() ? SMALLEST : profile.full() ? HUGE : LARGE)
                    .heap(profile.full() ? LARGE_HEAP : "2g")),
        // The state is made, and a checkpoint of it written, before anything is measured.
        profile -> (profile.smoke() ? 6 : 12) * shapes(profile).size(),
        PipelineTable::of);
  }

  private static Benchmark restore() {
    return new JmhBenchmark(
        "checkpoint.restore",
        "a restore: read, verify, decompress and decode",
        profile ->
            sized(
                profile,
                JmhPlan.of(CheckpointWriteBenchmark.class)
                    .only("restore")
                    .with("store", List.of("disk"))
                    .with(SHAPE, shapes(profile))),
        profile -> shapes(profile).size() * sizes(profile),
        scores -> CheckpointTable.of("Restoring a checkpoint, its file in the page cache", scores));
  }

  private static List<String> shapes(Profile profile) {
    return profile.smoke() ? ONE_SHAPE : SHAPES;
  }

  private static int sizes(Profile profile) {
    return profile.smoke() ? SMALLEST.size() : SIZES.size() + (profile.full() ? HUGE.size() : 0);
  }

  private static List<JmhPlan> sized(Profile profile, JmhPlan plan) {
    JmhPlan usual = plan.with(SIZE, profile.smoke() ? SMALLEST : SIZES);
    return profile.full() ? List.of(usual, plan.with(SIZE, HUGE).heap(LARGE_HEAP)) : List.of(usual);
  }

  private static Benchmark codec() {
    return new JmhBenchmark(
        "codec",
        "LZ4, CRC32C, SHA-256, and a whole chunk of a checkpoint, on one core",
        profile -> List.of(JmhPlan.of(CodecBenchmark.class).with(SHAPE, shapes(profile))),
        profile -> 6 * shapes(profile).size(),
        CodecTable::of);
  }

  private static Benchmark journal() {
    return new JmhBenchmark(
        "journal",
        "the coordinator's journal: append and sync, 1 to 1000 records of 200 bytes a sync",
        profile -> List.of(JmhPlan.of(JournalBenchmark.class)),
        profile -> 4,
        RateTables::journal);
  }

  private static Benchmark decisions() {
    return new JmhBenchmark(
        "decisions.core",
        "the coordinator's core: tiny partitions, heartbeats, checkpoints a second",
        profile -> List.of(JmhPlan.of(DecisionsBenchmark.class)),
        profile -> 3,
        RateTables::decisions);
  }

  private static Benchmark durable() {
    return new JmhBenchmark(
        "decisions.durable",
        "the coordinator's loop with its journal: tiny partitions a second",
        profile ->
            List.of(
                JmhPlan.of(DurableDecisionsBenchmark.class)
                    .with("slots", profile.smoke() ? List.of("1024") : List.of("8", "64", "1024"))),
        profile -> profile.smoke() ? 1 : 3,
        RateTables::durable);
  }
}
