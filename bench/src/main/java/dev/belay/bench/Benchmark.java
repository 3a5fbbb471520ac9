package dev.belay.bench;

import dev.belay.bench.report.Table;
import java.time.Duration;
import java.util.List;

/** Something that can be measured by name. */
public interface Benchmark {
  /** A word, or a group and a word with a dot between them. */
  String name();

  /** What it measures, in one line. */
  String description();

  /** How long that takes, roughly. */
  Duration expected(Conditions conditions);

  /** Measures; blocks for as long as that takes. */
  List<Table> run(Conditions conditions, Progress progress) throws Exception;

  /** Is told what is going on, in a few words each time. */
  @FunctionalInterface
  interface Progress {
    void at(String what);
  }
}
