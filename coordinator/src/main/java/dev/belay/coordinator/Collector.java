package dev.belay.coordinator;

import com.google.protobuf.Message;
import dev.belay.coordinator.rpc.Connections;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.CollectGarbageReply;
import dev.belay.runtime.proto.Collected;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.JobGarbage;
import dev.belay.runtime.proto.StoredObject;
import dev.belay.runtime.text.Counted;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the store for what nobody needs, now and then and when it is asked to. It only
 * lists; the core says what is garbage and has it journaled, and the {@link Sweeper} deletes it. So
 * it may be killed at any time, and run on two machines at once.
 */
final class Collector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

  /** So that the loop is not held up, and a record stays small. */
  private static final int PAGE = 1_000;

  private static final long ANSWER_SECONDS = 60;

  private final StoredObjects objects;
  private final Connections connections;
  private final Consumer<Command> loop;
  private final Sweeper sweeper;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "belay-collector");
            thread.setDaemon(true);
            return thread;
          });

  Collector(
      StoredObjects objects, Connections connections, Consumer<Command> loop, Sweeper sweeper) {
    this.objects = objects;
    this.connections = connections;
    this.loop = loop;
    this.sweeper = sweeper;
  }

  /** From now on, again and again. */
  void every(Duration pause) {
    var unused =
        executor.scheduleWithFixedDelay(
            this::byItself, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Looks through all of it, after whoever asked before.
   *
   * @param dryRun says what is garbage, and releases nothing
   */
  CompletableFuture<CollectGarbageReply> collect(boolean dryRun) {
    CompletableFuture<CollectGarbageReply> answer = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            answer.complete(run(dryRun));
          } catch (IOException | RuntimeException e) {
            answer.completeExceptionally(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private void byItself() {
    try {
      CollectGarbageReply reply = run(false);
      for (JobGarbage job : reply.getJobsList()) {
        LOG.info(
            "{}: {} that nobody needs ({}) and {} collected",
            job.getJobId(),
            Counted.of(job.getObjects(), "object"),
            Counted.of(job.getBytes(), "byte"),
            Counted.of(job.getUploads(), "unfinished upload"));
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("garbage is not collected now, and tried again later: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CollectGarbageReply run(boolean dryRun) throws IOException, InterruptedException {
    String root = ask(Collect.getDefaultInstance()).getCluster();
    CollectGarbageReply.Builder reply = CollectGarbageReply.newBuilder();
    if (root.isEmpty()) {
      return reply.build();
    }
    Map<String, JobGarbage.Builder> jobs = new TreeMap<>();
    List<String> unfinished = objects.unfinished(root + "/");
    for (int from = 0; from < unfinished.size(); from += PAGE) {
      Collect page =
          Collect.newBuilder()
              .setDryRun(dryRun)
              .addAllUnfinished(unfinished.subList(from, Math.min(from + PAGE, unfinished.size())))
              .build();
      Collected found = sum(ask(page), jobs);
      if (!dryRun) {
        abandon(found.getAbandonList());
      }
    }
    List<StoredObjects.Stored> stored = objects.list(root + "/");
    for (int from = 0; from < stored.size(); from += PAGE) {
      Collect.Builder page = Collect.newBuilder().setDryRun(dryRun);
      for (StoredObjects.Stored one : stored.subList(from, Math.min(from + PAGE, stored.size()))) {
        page.addObjects(StoredObject.newBuilder().setKey(one.key()).setLength(one.length()));
        reply.setBytes(reply.getBytes() + one.length());
      }
      Collected unused = sum(ask(page.build()), jobs);
    }
    jobs.values().forEach(reply::addJobs);
    return reply
        .setObjects(stored.size())
        .setLeft(dryRun ? 0 : answered(sweeper.settled()))
        .build();
  }

  private static Collected sum(Collected page, Map<String, JobGarbage.Builder> jobs) {
    for (JobGarbage one : page.getJobsList()) {
      JobGarbage.Builder sum =
          jobs.computeIfAbsent(one.getJobId(), id -> JobGarbage.newBuilder().setJobId(id));
      sum.setObjects(sum.getObjects() + one.getObjects())
          .setBytes(sum.getBytes() + one.getBytes())
          .setUploads(sum.getUploads() + one.getUploads());
    }
    return page;
  }

  private void abandon(List<String> keys) {
    for (String key : keys) {
      try {
        objects.abandon(key);
      } catch (IOException e) {
        LOG.warn("the unfinished upload of {} stays until the next time: {}", key, e.getMessage());
      }
    }
  }

  private Collected ask(Collect collect) throws IOException, InterruptedException {
    CompletableFuture<Message> answer = new CompletableFuture<>();
    loop.accept(
        Command.newBuilder()
            .setReceivedNanos(System.nanoTime())
            .setRequest(connections.request(answer))
            .setCollect(collect)
            .build());
    return (Collected) answered(answer);
  }

  private static <T> T answered(CompletableFuture<T> answer)
      throws IOException, InterruptedException {
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the coordinator is too busy to say what is garbage", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
