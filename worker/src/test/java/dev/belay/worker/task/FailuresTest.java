package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.proto.Failed;
import dev.belay.storage.StoreException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void anExceptionIsTheJobsFailureInOneLine() {
    Failed failed = Failures.of(new IllegalStateException("first\n  second"));
    assertThat(failed.getKind()).isEqualTo(Failed.Kind.APPLICATION);
    assertThat(failed.getMessage()).isEqualTo("IllegalStateException: first second");
    assertThat(failed.getDetail()).contains("FailuresTest");
  }

  @Test
  void anExceptionWithoutAMessageIsItsName() {
    assertThat(Failures.of(new NullPointerException(null)).getMessage())
        .isEqualTo("NullPointerException");
    assertThat(Failures.of(new RuntimeException() {}).getMessage()).contains("FailuresTest$");
  }

  @Test
  void badInputIsPermanentAndSpeaksForItself() {
    Failed failed = Failures.of(new BadInputException("input=/x does not exist"));
    assertThat(failed.getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(failed.getMessage()).isEqualTo("input=/x does not exist");
  }

  @Test
  void errorsAreTheJobsFailureToo() {
    assertThat(Failures.of(new NoClassDefFoundError("x/Y")).getMessage())
        .isEqualTo("NoClassDefFoundError: x/Y");
  }

  @Test
  void outOfMemoryIsToldApartWithWhatToDoHoweverItIsWrapped() {
    Throwable wrapped =
        new IllegalStateException("no batch", new OutOfMemoryError("Java heap space"));
    for (Throwable thrown : new Throwable[] {wrapped, wrapped.getCause()}) {
      Failed failed = Failures.of(thrown);
      assertThat(failed.getKind()).isEqualTo(Failed.Kind.OUT_OF_MEMORY);
      assertThat(failed.getMessage()).contains("Java heap space", "MiB", "-Xmx", "--slots");
      assertThat(failed.getDetail()).contains("outOfMemoryIsToldApart");
    }
  }

  @Test
  void aDeepStackIsCut() {
    Failed failed = Failures.of(overflow());
    assertThat(failed.getKind()).isEqualTo(Failed.Kind.APPLICATION);
    assertThat(failed.getDetail().length()).isBetween(1000, Failures.DETAIL_LIMIT);
  }

  private static Throwable overflow() {
    try {
      return new StackOverflowError("depth " + recurse(0));
    } catch (StackOverflowError e) {
      return e;
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int recurse(int depth) {
    return recurse(depth + 1) + 1;
  }

  @Test
  void whatIsLostInTheStoreStaysLost() {
    StoreException lost = new StoreException(StoreException.Kind.MISSING, "x is gone");
    assertThat(Failures.of(new UncheckedIOException(lost)).getKind())
        .isEqualTo(Failed.Kind.PERMANENT);
    StoreException away = new StoreException(StoreException.Kind.UNAVAILABLE, "no answer");
    assertThat(Failures.of(away).getKind()).isEqualTo(Failed.Kind.APPLICATION);
  }

  @Test
  void aLongMessageIsCut() {
    assertThat(Failures.of(new RuntimeException("x".repeat(100_000))).getMessage().length())
        .isLessThan(1000);
  }
}
