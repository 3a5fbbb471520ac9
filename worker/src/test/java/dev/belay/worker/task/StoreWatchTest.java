package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.storage.file.FileStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that does not answer is shown before it has failed. */
class StoreWatchTest {
  @TempDir Path directory;
  private final ManualTicker ticker = new ManualTicker();
  private final Troubles troubles = new Troubles("job-1/0", new TroubleLog());
  private FaultyStore store;
  private StoreWatch watch;

  @BeforeEach
  void watched() throws Exception {
    store = new FaultyStore(new FileStore(directory));
    silent(Duration.ZERO);
    watch = new StoreWatch(store, ticker, troubles);
  }

  private void silent(Duration silence) {
    store.silence = Optional.of(silence);
  }

  @Test
  void tenSecondsOfSilenceAreTroubleUntilTheStoreIsNotNeeded() {
    watch.begin();
    silent(Duration.ofSeconds(9));
    ticker.advance(Duration.ofSeconds(10));
    assertThat(troubles.text()).isEmpty();
    silent(Duration.ofSeconds(11));
    ticker.advance(Duration.ofSeconds(2));
    assertThat(troubles.text())
        .startsWith("the store ")
        .endsWith("has not answered for over 10 s, and is waited for");
    silent(Duration.ZERO);
    ticker.advance(Duration.ofSeconds(60));
    assertThat(troubles.text()).as("another try that nobody has answered").isNotEmpty();
    watch.end();
    assertThat(troubles.text()).isEmpty();
    assertThat(ticker.pending()).isEmpty();
  }

  /** Such as that of a large object. */
  @Test
  void anUploadThatGoesOnIsNoTroubleHoweverLongItTakes() {
    watch.begin();
    silent(Duration.ofSeconds(3));
    ticker.advance(Duration.ofMinutes(10));
    assertThat(troubles.text()).isEmpty();
    watch.end();
  }

  @Test
  void aStoreThatCannotTellIsNotWatched() {
    store.silence = Optional.empty();
    watch.begin();
    assertThat(ticker.pending()).isEmpty();
    watch.end();
  }

  @Test
  void whatNeedsItAtTheSameTimeIsWatchedOnce() {
    watch.begin();
    watch.begin();
    assertThat(ticker.pending()).hasSize(1);
    watch.end();
    assertThat(ticker.pending()).hasSize(1);
    watch.end();
    assertThat(ticker.pending()).isEmpty();
  }
}
