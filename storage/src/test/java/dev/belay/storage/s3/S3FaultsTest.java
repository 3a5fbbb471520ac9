package dev.belay.storage.s3;

import static dev.belay.storage.s3.FaultyHttp.answersLost;
import static dev.belay.storage.s3.FaultyHttp.method;
import static dev.belay.storage.s3.FaultyHttp.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.belay.storage.ObjectStore.Stored;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3Client;

/** Large objects, and what happens when requests or their answers are lost or refused. */
class S3FaultsTest {
  private static final int LARGE = 2 * Buffers.SIZE + 12_345;

  private static S3Server server;

  private S3Location place;
  private FaultyHttp http;
  private S3Store store;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    place = server.place();
    http = new FaultyHttp();
    store = new S3Store(place, server.client(http));
  }

  @AfterEach
  void close() {
    store.close();
    server.remove(place);
  }

  @Test
  void aLargeObjectGoesUpInPartsAndIsReadFromAnywhere() throws Exception {
    byte[] bytes = random(LARGE);
    assertThat(store.put("large", out -> out.write(bytes))).isEqualTo(LARGE);
    assertThat(store.list("")).containsExactly(new Stored("large", LARGE));
    try (InputStream in = store.open("large", 0)) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
    try (InputStream in = store.open("large", LARGE - 7)) {
      assertThat(in.readAllBytes()).hasSize(7).endsWith(bytes[LARGE - 1]);
    }
    try (InputStream in = store.open("large", Buffers.SIZE - 3)) {
      assertThat(in.readNBytes(6))
          .containsExactly(Arrays.copyOfRange(bytes, Buffers.SIZE - 3, Buffers.SIZE + 3));
    }
    assertKind(Kind.EXISTS, () -> store.put("large", out -> out.write(bytes)));
    assertThat(unfinished()).isZero();
  }

  /** It is ready in a moment, and nobody is to sleep for that minute. */
  @Test
  @Timeout(30)
  void aServerThatAsksForAMinuteIsAskedAgainSooner() throws Exception {
    http.fault = FaultyHttp.startingUp();
    assertThat(store.put("k", out -> out.write(1))).isEqualTo(1);
  }

  /** Restores read many short ranges of large objects. */
  @Test
  void ofARangeNoByteMoreIsAskedFor() throws Exception {
    byte[] bytes = random(LARGE);
    store.put("large", out -> out.write(bytes));
    List<String> ranges = Collections.synchronizedList(new ArrayList<>());
    http.fault =
        new FaultyHttp.Fault() {
          @Override
          public @Nullable HttpExecuteResponse before(SdkHttpRequest request) {
            request.firstMatchingHeader("Range").ifPresent(ranges::add);
            return null;
          }
        };
    for (int length : new int[] {1, 300_000, (8 << 20) + 5}) {
      ranges.clear();
      try (InputStream in = store.open("large", 1_000, length)) {
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 1_000, 1_000 + length));
      }
      long asked = 0;
      for (String range : ranges) {
        String[] ends = range.substring("bytes=".length()).split("-", 2);
        asked += Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1;
      }
      assertThat(asked).as("%s", ranges).isEqualTo(length);
    }
    assertThat(ranges).hasSize(3);
  }

  @Test
  void anObjectOfExactlyOneBufferIsOneObject() throws Exception {
    byte[] bytes = random(Buffers.SIZE);
    assertThat(store.put("k", out -> out.write(bytes))).isEqualTo(Buffers.SIZE);
    try (InputStream in = store.open("k", 0)) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
  }

  /** The client sends it again, and is told that the key exists: by its own first attempt. */
  @Test
  void aPutWhoseAnswerWasLostIsKnownAsOnesOwn() throws Exception {
    http.fault = answersLost(1, method(SdkHttpMethod.PUT));
    assertThat(store.put("k", out -> out.write(1))).isEqualTo(1);
    http.fault = answersLost(1, FaultyHttp::isCompletion);
    assertThat(store.put("large", out -> out.write(random(LARGE)))).isEqualTo(LARGE);
    http.fault = FaultyHttp.NONE;
    assertKind(Kind.EXISTS, () -> store.put("k", out -> out.write(1)));
    assertThat(store.list("")).containsExactly(new Stored("k", 1), new Stored("large", LARGE));
  }

  @Test
  void aServerThatAsksToSlowDownIsAskedAgain() throws Exception {
    http.fault = refused(2, 503, "SlowDown", request -> true);
    assertThat(store.put("k", out -> out.write(1))).isEqualTo(1);
    http.fault = refused(2, 500, "InternalError", method(SdkHttpMethod.GET));
    try (InputStream in = store.open("k", 0)) {
      assertThat(in.readAllBytes()).containsExactly(1);
    }
  }

  @Test
  void oneThatGoesOnRefusingIsUnavailable() throws Exception {
    http.fault = refused(Integer.MAX_VALUE, 503, "SlowDown", request -> true);
    assertThatThrownBy(() -> store.put("k", out -> out.write(1)))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("asks to slow down");
    http.fault = refused(Integer.MAX_VALUE, 500, "InternalError", request -> true);
    assertKind(Kind.UNAVAILABLE, () -> store.open("k", 0));
    assertKind(Kind.UNAVAILABLE, () -> store.list(""));
    assertKind(
        Kind.UNAVAILABLE,
        () -> {
          store.delete("k");
          return null;
        });
  }

  @Test
  void anUploadOfWhichAPartFailsLeavesNothing() throws Exception {
    http.fault = refused(Integer.MAX_VALUE, 500, "InternalError", FaultyHttp::isPart);
    assertKind(Kind.UNAVAILABLE, () -> store.put("large", out -> out.write(random(LARGE))));
    http.fault = FaultyHttp.NONE;
    assertThat(unfinished()).isZero();
    assertThat(store.list("")).isEmpty();
    assertThat(store.put("large", out -> out.write(random(LARGE)))).isEqualTo(LARGE);
  }

  @Test
  void aLargeBodyThatFailsLeavesNothing() throws Exception {
    assertThatThrownBy(
            () ->
                store.put(
                    "large",
                    out -> {
                      out.write(random(LARGE));
                      throw new IllegalStateException("user code");
                    }))
        .hasMessage("user code");
    assertThat(unfinished()).isZero();
    assertThat(store.list("")).isEmpty();
  }

  /** As when a task is stopped: its thread is interrupted wherever it is. */
  @Test
  void anInterruptedPutLeavesNothing() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch parts = new CountDownLatch(1);
    Thread writer =
        new Thread(
            () -> {
              try {
                store.put(
                    "large",
                    out -> {
                      out.write(random(LARGE));
                      parts.countDown();
                      while (true) {
                        out.write(random(1 << 20));
                      }
                    });
              } catch (StoreException e) {
                failure.set(e);
              }
            });
    writer.start();
    parts.await();
    writer.interrupt();
    writer.join();
    assertThat(failure.get())
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    assertThat(unfinished()).isZero();
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void aStalledNetworkStopsTheWriterBeforeTheMemoryIsFull() throws Exception {
    CountDownLatch stalled = new CountDownLatch(1);
    AtomicInteger stuck = new AtomicInteger();
    http.fault =
        new FaultyHttp.Fault() {
          @Override
          public @Nullable HttpExecuteResponse before(SdkHttpRequest request) {
            if (FaultyHttp.isPart(request)) {
              stuck.incrementAndGet();
              awaitQuietly(stalled);
            }
            return null;
          }
        };
    AtomicLong written = new AtomicLong();
    byte[] megabyte = random(1 << 20);
    int megabytes = (Buffers.MOST + 4) * (Buffers.SIZE >> 20);
    Thread writer =
        new Thread(
            () -> {
              try {
                store.put(
                    "large",
                    out -> {
                      for (int i = 0; i < megabytes; i++) {
                        out.write(megabyte);
                        written.addAndGet(megabyte.length);
                      }
                    });
              } catch (StoreException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    try {
      await().until(() -> stuck.get() == Buffers.MOST && writer.getState() == Thread.State.WAITING);
      assertThat(written.get()).isEqualTo((long) Buffers.MOST * Buffers.SIZE);
    } finally {
      stalled.countDown();
    }
    writer.join();
    assertThat(store.list("")).containsExactly(new Stored("large", (long) megabytes << 20));
  }

  @Test
  void saysWhatIsWrongWithCredentialsBucketAndAddress() throws Exception {
    try (S3Store wrong = new S3Store(place, S3Server.client(server.endpoint(), "not-the-secret"))) {
      assertThatThrownBy(() -> wrong.put("k", out -> {}))
          .hasMessageContaining("credentials are wrong")
          .hasMessageNotContaining("not-the-secret");
      assertKind(Kind.CONFIGURATION, () -> wrong.open("k", 0));
    }
    S3Location nowhere = S3Location.parse("s3://no-such-bucket?endpoint=" + server.endpoint());
    try (S3Store wrong = new S3Store(nowhere, server.client())) {
      assertThatThrownBy(() -> wrong.put("k", out -> {}))
          .hasMessageContaining("no bucket no-such-bucket");
      assertKind(Kind.CONFIGURATION, () -> wrong.open("k", 0));
      assertKind(Kind.CONFIGURATION, () -> wrong.list(""));
    }
    URI closed = URI.create("http://127.0.0.1:1");
    try (S3Store wrong = new S3Store(place.at(closed.toString()), S3Server.client(closed, "s"))) {
      assertThatThrownBy(() -> wrong.open("k", 0)).hasMessageContaining("out of reach");
      assertKind(Kind.UNAVAILABLE, () -> wrong.put("k", out -> {}));
    }
  }

  private long unfinished() throws Exception {
    try (S3Client client = server.client()) {
      return client.listMultipartUploads(list -> list.bucket(place.bucket())).uploads().size();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void assertKind(Kind kind, Callable<?> call) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .message()
        .doesNotContain("\n");
  }
}
