package dev.belay.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.belay.coordinator.core.Effect;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DeletionDone;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was released goes, however often that has to be tried, and only then is said to be gone. */
@Timeout(60)
class SweeperTest {
  private final MemoryObjects objects = new MemoryObjects();
  private final List<Command> done = new CopyOnWriteArrayList<>();
  private final Sweeper sweeper = new Sweeper(objects, done::add);

  @AfterEach
  void end() {
    sweeper.close();
  }

  private long left() throws Exception {
    return sweeper.settled().get(30, TimeUnit.SECONDS);
  }

  @Test
  void namedObjectsGoAndThatIsSaidOnce() throws Exception {
    objects.put("c1/job-1/p0/a", 1);
    objects.put("c1/job-1/p0/b", 1);

    sweeper.delete(new Effect.Delete("job-1", "c1/job-1", List.of("c1/job-1/p0/a"), false));

    assertThat(left()).isZero();
    assertThat(objects.keys()).containsExactly("c1/job-1/p0/b");
    assertThat(done)
        .extracting(Command::getDeletionDone)
        .containsExactly(
            DeletionDone.newBuilder().setJob("job-1").addKeys("c1/job-1/p0/a").build());
  }

  @Test
  void aWholeJobGoesAndNoneWhoseNameBeginsAlike() throws Exception {
    objects.put("c1/job-1/p0/a", 1);
    objects.put("c1/job-1/plan/b", 1);
    objects.put("c1/job-10/p0/a", 1);

    sweeper.delete(new Effect.Delete("job-1", "c1/job-1", List.of(), true));

    assertThat(left()).isZero();
    assertThat(objects.keys()).containsExactly("c1/job-10/p0/a");
    assertThat(done).extracting(one -> one.getDeletionDone().getAll()).containsExactly(true);
  }

  @Test
  void whatFailsIsTriedAgainAndNotSaidToBeDoneBefore() throws Exception {
    objects.put("c1/job-1/p0/a", 1);
    objects.put("c1/job-2/p0/a", 1);
    objects.outOfReach = new IOException("no route to host");
    sweeper.delete(new Effect.Delete("job-1", "c1/job-1", List.of("c1/job-1/p0/a"), false));
    sweeper.delete(new Effect.Delete("job-2", "c1/job-2", List.of(), true));
    assertThat(left()).isEqualTo(2);
    assertThat(done).isEmpty();

    objects.outOfReach = null;

    await().untilAsserted(() -> assertThat(objects.keys()).isEmpty());
    assertThat(left()).isZero();
    assertThat(done)
        .extracting(one -> one.getDeletionDone().getJob())
        .containsExactlyInAnyOrder("job-1", "job-2");
  }
}
