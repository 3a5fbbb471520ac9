package dev.belay.bench.recovery;

import java.io.IOException;

/** One kind of fault: what happens to the cluster, and what is then measured. */
interface Fault {
  /** Short, as in "kill". */
  String name();

  /** One line. */
  String description();

  /** Of one fault, with what is needed until the next. */
  int expectedSeconds();

  /** Lets it happen once, measures, and mends the cluster. */
  void happen(Stage stage, Measures measures) throws IOException, InterruptedException;

  /** What is aimed at. */
  default void goals(Measures measures) {}
}
