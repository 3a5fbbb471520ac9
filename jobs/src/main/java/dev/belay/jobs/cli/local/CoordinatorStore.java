package dev.belay.jobs.cli.local;

import dev.belay.coordinator.StoredObjects;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.StoreProbe;
import dev.belay.storage.Stores;
import dev.belay.storage.file.FileStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the coordinator, which knows no stores, what it needs of one. */
public final class CoordinatorStore implements StoredObjects, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CoordinatorStore.class);

  /** For a store that says nothing at all; one that is slow is given the time that it takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long LOOK_MILLIS = 100;

  private final ObjectStore store;
  private volatile boolean closed;

  private CoordinatorStore(ObjectStore store) {
    this.store = store;
  }

  /**
   * Opens the store and tries it out. Whoever coordinates is missed more than the store: one that
   * does not answer, or is out of reach, is waited for by those who need it.
   *
   * @throws StoreException CONFIGURATION, with one line for people, if the URL names no store, or
   *     one that cannot do what is needed
   */
  public static CoordinatorStore open(String url) throws StoreException {
    CoordinatorStore opened = new CoordinatorStore(Stores.open(url));
    try {
      opened.tryOut(url);
    } catch (StoreException e) {
      opened.close();
      throw e;
    }
    return opened;
  }

  private void tryOut(String url) throws StoreException {
    CompletableFuture<Optional<StoreException>> tried = new CompletableFuture<>();
    Thread thread = new Thread(() -> tried.complete(failure(url)), "belay-store-probe");
    thread.setDaemon(true);
    thread.start();
    Optional<StoreException> failure = await(tried);
    if (failure.isPresent() && failure.get().kind() == Kind.CONFIGURATION) {
      throw failure.get();
    }
    failure.ifPresent(
        e -> log.warn("the store cannot be tried out, and is waited for: {}", e.getMessage()));
  }

  private Optional<StoreException> failure(String url) {
    try {
      StoreProbe.Findings unused = StoreProbe.check(store, url);
      return Optional.empty();
    } catch (StoreException e) {
      return Optional.of(e);
    } catch (RuntimeException e) {
      return Optional.of(
          new StoreException(Kind.UNAVAILABLE, store.describe() + " cannot be tried out: " + e, e));
    }
  }

  /** What came of it; none if it does not end as the store says nothing. */
  private Optional<StoreException> await(CompletableFuture<Optional<StoreException>> tried) {
    try {
      while (true) {
        try {
          return tried.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          if (store.silence().orElse(Duration.ZERO).compareTo(PATIENCE) >= 0) {
            log.warn("the store {} does not answer yet, and is waited for", store.describe());
            var unused = tried.thenAccept(late -> late.ifPresent(this::tellLate));
            return Optional.empty();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void tellLate(StoreException failure) {
    if (!closed) {
      log.error("the store cannot be used: {}", failure.getMessage());
    }
  }

  @Override
  public void delete(List<String> keys) throws IOException {
    for (String key : keys) {
      store.delete(key);
    }
  }

  @Override
  public void deleteAll(String prefix) throws IOException {
    for (ObjectStore.Stored stored : store.list(prefix)) {
      store.delete(stored.key());
    }
    if (store instanceof FileStore files) {
      files.removeEmptyDirectories(prefix);
    }
  }

  @Override
  public List<Stored> list(String prefix) throws IOException {
    return store.list(prefix).stream().map(one -> new Stored(one.key(), one.length())).toList();
  }

  @Override
  public List<String> unfinished(String prefix) throws IOException {
    return store.unfinished(prefix);
  }

  @Override
  public void abandon(String key) throws IOException {
    store.abandon(key);
  }

  @Override
  public void close() {
    closed = true;
    store.close();
  }
}
