package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.StagedFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCheckTest {
  private static final String STAGING = "/out/.belay-c0ffee00-job-1.7";

  private final StagingName names = new StagingName("c0ffee00ffff", "job");

  private static Manifest manifest(String staging, String staged, String target) {
    return Manifest.newBuilder()
        .addStagingDirectories(staging)
        .addFiles(StagedFile.newBuilder().setStaged(staged).setTarget(target))
        .build();
  }

  @Test
  void acceptsFilesBesideTheirStagingDirectory() {
    assertThatCode(() -> ManifestCheck.check(manifest(STAGING, STAGING + "/a", "/out/a"), names))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/home/user",
        "/out",
        "/",
        "",
        "out/.belay-c0ffee00-job-1.7",
        "/out/.belay-c0ffee00-job-1.7/..",
        "/out/.belay-c0ffee00-job-2-1.7",
        "/out/.belay-deadbeef-job-1.7",
        "/out/../.belay-c0ffee00-job-1.7"
      })
  void refusesToRemoveAnythingElse(String staging) {
    assertThatThrownBy(
            () -> ManifestCheck.check(manifest(staging, staging + "/a", "/out/a"), names))
        .isInstanceOf(BadInputException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/passwd,/out/a",
    STAGING + "/a,/etc/passwd",
    STAGING + "/a,/out/../etc/passwd",
    STAGING + "/a,/out/sub/a",
    STAGING + "/sub/a,/out/a",
    STAGING + "/a,a"
  })
  void refusesToMoveAnythingElse(String staged, String target) {
    assertThatThrownBy(() -> ManifestCheck.check(manifest(STAGING, staged, target), names))
        .isInstanceOf(BadInputException.class);
  }
}
