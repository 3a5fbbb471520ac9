package dev.belay.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.rpc.Connections;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.CollectGarbageReply;
import dev.belay.runtime.proto.Collected;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.JobGarbage;
import dev.belay.runtime.proto.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a collector asks the core, does to the store, and says to who wants to know. */
@Timeout(60)
class CollectorTest {
  private final MemoryObjects objects = new MemoryObjects();
  private final List<Collect> asked = new CopyOnWriteArrayList<>();
  private final Connections connections = new Connections(1, this::deletes);
  private final Sweeper sweeper = new Sweeper(objects, done -> {});
  private final Collector collector = new Collector(objects, connections, this::core, sweeper);

  /** What the core says of a page; by default it finds nothing. */
  private volatile Function<Collect, Collected.Builder> core = page -> Collected.newBuilder();

  private volatile String cluster = "c1";

  @AfterEach
  void end() {
    collector.close();
    sweeper.close();
  }

  private void deletes(Effect.Delete deletion) {
    sweeper.delete(deletion);
  }

  private void core(Command command) {
    Collect page = command.getCollect();
    boolean first = page.equals(Collect.getDefaultInstance());
    if (!first) {
      asked.add(page);
    }
    Collected.Builder answer = first ? Collected.newBuilder() : core.apply(page);
    connections.carryOut(
        new Effect.Reply(command.getRequest(), answer.setCluster(cluster).build()));
  }

  private CollectGarbageReply collect(boolean dryRun) throws Exception {
    return collector.collect(dryRun).get(30, TimeUnit.SECONDS);
  }

  private static JobGarbage garbage(String job, int objects, int bytes, int uploads) {
    return JobGarbage.newBuilder()
        .setJobId(job)
        .setObjects(objects)
        .setBytes(bytes)
        .setUploads(uploads)
        .build();
  }

  @Test
  void allThatLiesThereIsAskedForOnceInPages() throws Exception {
    for (int i = 0; i < 2_500; i++) {
      objects.put("c1/job-1/p0/" + i, 3);
    }
    core = page -> Collected.newBuilder().addJobs(garbage("job-1", 1, 3, 0));

    CollectGarbageReply reply = collect(false);

    assertThat(asked).extracting(Collect::getObjectsCount).containsExactly(1_000, 1_000, 500);
    List<String> keys = new ArrayList<>();
    asked.forEach(page -> page.getObjectsList().forEach(one -> keys.add(one.getKey())));
    assertThat(keys).containsExactlyElementsOf(objects.keys());
    assertThat(asked.get(2).getObjects(499).getLength()).isEqualTo(3);
    assertThat(reply.getObjects()).isEqualTo(2_500);
    assertThat(reply.getBytes()).isEqualTo(7_500);
    assertThat(reply.getJobsList()).containsExactly(garbage("job-1", 3, 9, 0));
  }

  @Test
  void onlyWhatLiesBelowTheClusterIsLookedAt() throws Exception {
    objects.put("c1/job-1/p0/a", 1);
    objects.put("c10/job-1/p0/a", 1);
    objects.begin("c10/job-1/p0/b");

    collect(false);

    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).getObjectsList())
        .extracting(StoredObject::getKey)
        .containsExactly("c1/job-1/p0/a");
  }

  @Test
  void beforeThereIsAClusterNothingIsListed() throws Exception {
    cluster = "";
    objects.put("/stray", 1);

    assertThat(collect(false)).isEqualTo(CollectGarbageReply.getDefaultInstance());
    assertThat(asked).isEmpty();
  }

  @Test
  void uploadsThatTheCoreGivesUpAreAbandonedAndNoOthers() throws Exception {
    objects.begin("c1/job-1/p0/a");
    objects.begin("c1/job-1/p0/b");
    objects.begin("c1/job-1/p0/c");
    objects.put("c1/job-1/p0/d", 1);
    objects.unmovable.add("c1/job-1/p0/a");
    core =
        page ->
            page.getUnfinishedCount() == 0
                ? Collected.newBuilder()
                : Collected.newBuilder()
                    .addAbandon("c1/job-1/p0/a")
                    .addAbandon("c1/job-1/p0/b")
                    .addJobs(garbage("job-1", 0, 0, 2));

    CollectGarbageReply reply = collect(false);

    assertThat(objects.unfinished("c1/"))
        .as("one that could not be abandoned is no reason to leave the other")
        .containsExactly("c1/job-1/p0/a", "c1/job-1/p0/c");
    assertThat(reply.getJobsList()).containsExactly(garbage("job-1", 0, 0, 2));
    assertThat(reply.getObjects()).isEqualTo(1);
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    objects.begin("c1/job-1/p0/a");
    objects.put("c1/job-1/p0/b", 1);
    core = page -> Collected.newBuilder().addAbandon("c1/job-1/p0/a");

    CollectGarbageReply reply = collect(true);

    assertThat(asked).hasSize(2).allMatch(Collect::getDryRun);
    assertThat(objects.unfinished("c1/")).hasSize(1);
    assertThat(objects.keys()).hasSize(1);
    assertThat(reply.getLeft()).isZero();
  }

  @Test
  void whatCannotBeDeletedNowIsSaidToBeLeft() throws Exception {
    objects.put("c1/job-1/p0/a", 1);
    objects.put("c1/job-1/p0/b", 1);
    List<String> keys = objects.keys();
    objects.unmovable.addAll(keys);
    core =
        page -> {
          connections.carryOut(new Effect.Delete("job-1", "c1/job-1", keys, false));
          return Collected.newBuilder().addJobs(garbage("job-1", 2, 2, 0));
        };

    assertThat(collect(false).getLeft()).isEqualTo(2);
  }

  @Test
  void aStoreOutOfReachIsSaidAndTheNextTimeIsAnother() throws Exception {
    objects.outOfReach = new IOException("no route to host");
    assertThatThrownBy(() -> collect(false))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("no route to host");

    objects.outOfReach = null;
    objects.put("c1/job-1/p0/a", 1);
    assertThat(collect(false).getObjects()).isEqualTo(1);
  }

  @Test
  void itGoesOnByItselfWhateverHappens() {
    objects.unexpected = new IllegalStateException("of no kind that anybody foresaw");
    objects.put("c1/job-1/p0/a", 1);
    collector.every(Duration.ofMillis(1));
    await().until(() -> objects.looks() >= 2);

    objects.unexpected = null;
    await().until(() -> asked.size() >= 3);
    assertThat(asked).noneMatch(Collect::getDryRun);
  }
}
