package dev.belay.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belay.runtime.proto.ClusterStatus;
import dev.belay.runtime.proto.MirrorStatus;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far the mirror is, for people and for programs that watch it. */
class ClusterCommandTest {
  private FakeCoordinator coordinator;

  @BeforeEach
  void start() throws IOException {
    coordinator = new FakeCoordinator();
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  private Ran cluster(String... options) {
    String[] words = new String[options.length + 3];
    words[0] = "cluster";
    words[1] = "--coordinator";
    words[2] = coordinator.address();
    System.arraycopy(options, 0, words, 3, options.length);
    return Ran.belay(words);
  }

  private void mirror(MirrorStatus.State state, long millisBehind) {
    MirrorStatus.Builder mirror =
        MirrorStatus.newBuilder().setUrl("s3://there/belay").setState(state).setPiece(7);
    if (millisBehind >= 0) {
      mirror.setMillisBehind(millisBehind).setRecordsBehind(12).setBytesBehind(3_000_000_000L);
    }
    if (state == MirrorStatus.State.FENCED) {
      mirror.setMessage("the cluster goes on elsewhere");
    }
    coordinator.cluster = ClusterStatus.newBuilder().setMirror(mirror).build();
  }

  @Test
  void theLagIsInTheDocument() {
    mirror(MirrorStatus.State.CATCHING_UP, 90_000);
    JsonNode mirror = cluster("--json").json().get("mirror");
    assertThat(Ran.fields(mirror))
        .containsExactly(
            "url",
            "state",
            "sinceMillis",
            "recordsBehind",
            "bytesBehind",
            "millisBehind",
            "piece",
            "lostObjects",
            "message");
    assertThat(mirror.get("state").textValue()).isEqualTo("CATCHING_UP");
    assertThat(mirror.get("millisBehind").longValue()).isEqualTo(90_000);
    assertThat(mirror.get("recordsBehind").longValue()).isEqualTo(12);
    assertThat(mirror.get("bytesBehind").longValue()).isEqualTo(3_000_000_000L);
    assertThat(mirror.get("message").isNull()).isTrue();
  }

  @Test
  void whatIsNotKnownYetIsNullAndNotNought() {
    mirror(MirrorStatus.State.CATCHING_UP, -1);
    JsonNode mirror = cluster("--json").json().get("mirror");
    for (String field : new String[] {"recordsBehind", "bytesBehind", "millisBehind"}) {
      assertThat(mirror.get(field).isNull()).as(field).isTrue();
    }
    assertThat(cluster("--max-behind", "1h").exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @ParameterizedTest
  @CsvSource({
    "UP_TO_DATE, 400, 0",
    "CATCHING_UP, 60000, 0",
    "CATCHING_UP, 60001, 1",
    "OUT_OF_REACH, 400, 0",
    "OUT_OF_REACH, 90000, 1",
    "FENCED, 0, 1"
  })
  void aMirrorThatIsTooFarBehindIsAFailure(
      MirrorStatus.State state, long millisBehind, int exitCode) {
    mirror(state, millisBehind);
    Ran ran = cluster("--max-behind", "1m", "--json");
    assertThat(ran.exitCode()).isEqualTo(exitCode);
    assertThat(ran.err().lines()).hasSize(exitCode);
    assertThat(ran.json().get("mirror").get("state").textValue()).isEqualTo(state.name());
    assertThat(cluster().exitCode()).as("unless it is asked for").isZero();
  }

  @Test
  void noMirrorIsAFailureForWhoWatchesOne() {
    assertThat(cluster().out()).contains("no mirror");
    Ran ran = cluster("--max-behind", "1m");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("--mirror");
    assertThat(cluster("--max-behind", "soon").exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
