package dev.belay.worker;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Publication;
import dev.belay.runtime.job.Task;
import dev.belay.worker.core.Outcome;
import java.util.List;

/** A job of one's own, and a program that is a worker for it. */
final class EmbeddedWorker {
  private EmbeddedWorker() {}

  public static void main(String[] args) throws Exception {
    BelayWorker worker =
        BelayWorker.builder().coordinator("127.0.0.1:7070").slots(2).job(new SumJob()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(worker)));
    Outcome outcome = worker.awaitEnd();
    System.err.println(outcome.message());
  }

  /** On SIGTERM: final checkpoints, then everything is handed over. */
  private static void leave(BelayWorker worker) {
    try {
      worker.drain();
      worker.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Adds up the numbers from 1 to n. */
  static final class SumJob implements Job {
    /** What a checkpoint holds: how far the work has come, and what came out so far. */
    static final class Sum {
      long next;
      long total;
    }

    @Override
    public String name() {
      return "sum";
    }

    @Override
    public String description() {
      return "Adds up the numbers from 1 to n";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(ParameterSpec.number("n", "the last number", 1, 1_000_000_000));
    }

    @Override
    public void plan(Planning planning) {
      long n = planning.parameters().number("n");
      int splits = planning.partitions().orElse(4);
      for (int i = 0; i < splits; i++) {
        planning.add(new long[] {n * i / splits + 1, n * (i + 1) / splits}, 1);
      }
    }

    @Override
    public void run(Task task) {
      long[] range = task.split(long[].class);
      Sum sum = task.state(Sum.class, Sum::new); // the latest checkpoint, or a fresh start
      for (long i = Math.max(sum.next, range[0]); i <= range[1]; i++) {
        sum.total += i;
        sum.next = i + 1;
        task.checkpoint(sum); // a safe point: almost free, saves only when one is due
      }
      task.result("total", sum.total);
    }

    @Override
    public void publish(Publication publication) {
      long total = 0;
      for (Publication.Completion completion : publication.completions()) {
        total += completion.integer("total");
      }
      publication.result("total", total);
    }
  }
}
