package dev.belay.jobs.cli;

import static dev.belay.jobs.cli.Ran.belay;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Recovery;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs of more partitions than an answer has, as the commands show them. */
final class PagedJobsTest {
  private static final int PARTITIONS = 2_500;

  private FakeCoordinator coordinator;
  private JobState state = JobState.JOB_RUNNING;

  @BeforeEach
  void start() {
    coordinator = new FakeCoordinator();
    coordinator.paged.put("job-1", this::page);
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  /** Pages as the real one makes them. */
  private JobDescription page(DescribeJobRequest request) {
    JobDescription.Builder page =
        JobDescription.newBuilder()
            .setSummary(FakeCoordinator.summary("job-1", state).setPartitions(PARTITIONS));
    if (request.getSummaryOnly()) {
      return page.build();
    }
    if (request.getFromPartition() == 0 && !request.hasRecoveries()
        || request.getRecoveries() > 0) {
      page.addRecoveries(
          Recovery.newBuilder().setPartition(7).setFromWorker("w9").setCause(Cause.DRAINED));
    }
    int limit = request.getLimit() == 0 ? 1_000 : request.getLimit();
    int index = request.getFromPartition();
    for (; index < PARTITIONS && page.getPartitionsCount() < limit; index++) {
      PartitionDescription partition = partition(index);
      boolean wanted =
          request.getStatesCount() == 0 || request.getStatesList().contains(partition.getState());
      if (wanted && (!request.getTroubled() || !partition.getError().isEmpty())) {
        page.addPartitions(partition);
      }
    }
    return (index < PARTITIONS ? page.setNextPartition(index) : page).build();
  }

  private static PartitionDescription partition(int index) {
    PartitionDescription.Builder partition =
        PartitionDescription.newBuilder()
            .setIndex(index)
            .setState(
                switch (index) {
                  case 2_400 -> PartitionState.PARTITION_QUARANTINED;
                  case 2_000, 2_001 -> PartitionState.PARTITION_RUNNING;
                  default -> PartitionState.PARTITION_PENDING;
                });
    return (index == 2_400 ? partition.setError("poison") : partition).build();
  }

  private Ran at(String... args) {
    String[] all = Arrays.copyOf(args, args.length + 2);
    all[args.length] = "--coordinator";
    all[args.length + 1] = coordinator.address();
    return belay(all);
  }

  private static List<Integer> indexes(JsonNode job) {
    List<Integer> indexes = new ArrayList<>();
    job.get("partitions").forEach(partition -> indexes.add(partition.get("index").intValue()));
    return indexes;
  }

  private static List<String> rows(Ran ran) {
    return ran.out().lines().filter(line -> line.matches(" *\\d+  [A-Z]+ .*")).toList();
  }

  @Test
  void theDocumentHasEveryPartitionOnce() {
    JsonNode job = at("describe", "job-1", "--json").json();

    assertThat(indexes(job)).hasSize(PARTITIONS).doesNotHaveDuplicates().isSorted();
    assertThat(job.get("recoveries")).hasSize(1);
    assertThat(coordinator.described).hasSize(3);
  }

  @Test
  void theDocumentOfARangeHasThatAlone() {
    assertThat(indexes(at("describe", "job-1", "--partitions", "998..1001", "--json").json()))
        .containsExactly(998, 999, 1000, 1001);
    assertThat(indexes(at("describe", "job-1", "--partitions", "2499", "--json").json()))
        .containsExactly(2499);
    assertThat(indexes(at("describe", "job-1", "--partitions", "9999", "--json").json())).isEmpty();
    JsonNode running = at("describe", "job-1", "--state", "running,failed", "--json").json();
    assertThat(indexes(running)).containsExactly(2000, 2001);
    assertThat(running.get("recoveries")).hasSize(1);
  }

  @Test
  void aPersonSeesWhatFailsThenWhatRunsAndHowToSeeTheRest() {
    Ran ran = at("describe", "job-1");

    assertThat(rows(ran)).hasSize(3);
    assertThat(rows(ran).get(0)).contains("2400", "QUARANTINED");
    assertThat(rows(ran).get(1)).contains("2000", "RUNNING");
    assertThat(ran.out())
        .contains("(3 that fail or run of 2500 partitions; others with --state")
        .contains("partition 2400: poison");
  }

  @Test
  void aPersonSeesAllWhenAskingForIt() {
    assertThat(rows(at("describe", "job-1", "--all"))).hasSize(PARTITIONS);
    assertThat(rows(at("describe", "job-1", "--partitions", "900..1100"))).hasSize(201);
    assertThat(at("describe", "job-1", "--all").out().lines().filter(l -> l.contains("ATTEMPTS")))
        .hasSize(1);
  }

  @Test
  void aDocumentThatBreaksOffIsNotComplete() {
    coordinator.paged.put(
        "job-1",
        request -> {
          coordinator.refusals.add(Status.UNAVAILABLE.withDescription("gone"));
          return page(request);
        });

    Ran ran = at("describe", "job-1", "--json");

    assertThat(ran.exitCode()).isEqualTo(3);
    assertThat(ran.out()).startsWith("{").doesNotEndWith("}\n");
    assertThat(ran.err()).contains("no coordinator at");
  }

  @Test
  void watchingLooksAtWhatIsWrongAlone() {
    coordinator.paged.put(
        "job-1",
        request -> {
          if (coordinator.described.size() > 4) {
            state = JobState.JOB_SUCCEEDED;
          }
          return page(request);
        });

    Ran ran = at("watch", "job-1", "--json");

    assertThat(indexes(ran.json())).hasSize(PARTITIONS);
    List<DescribeJobRequest> looks = coordinator.described.subList(2, 5);
    assertThat(looks).allMatch(DescribeJobRequest::getTroubled);
  }

  @Test
  void wrongWishesAreRefused() {
    for (String wrong :
        new String[] {"--partitions 5..1", "--partitions x", "--state runing", "--partitions -1"}) {
      Ran ran = at(("describe job-1 " + wrong).split(" "));
      assertThat(ran.exitCode()).as(wrong).isEqualTo(2);
      assertThat(ran.err().lines()).hasSize(1);
    }
  }
}
