package dev.belay.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/** How long a server is silent, over real connections. */
class SilenceTest {
  private static final byte[] BODY = new byte[1000];

  private final Silence silence = new Silence();
  private final CountDownLatch answers = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final SdkHttpClient http =
      HeardHttp.builder(Apache5HttpClient.builder(), silence)
          .buildWithDefaults(AttributeMap.empty());
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          awaitOpen(answers);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, BODY.length);
          exchange.getResponseBody().write(BODY, 0, BODY.length / 2);
          exchange.getResponseBody().flush();
          awaitOpen(goesOn);
          exchange.getResponseBody().write(BODY, BODY.length / 2, BODY.length / 2);
          exchange.close();
        });
    server.start();
  }

  private static void awaitOpen(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    answers.countDown();
    goesOn.countDown();
    server.stop(0);
    threads.shutdownNow();
    http.close();
  }

  private HttpExecuteResponse put(byte[] bytes) throws IOException {
    SdkHttpFullRequest request =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.PUT)
            .uri(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/x"))
            .putHeader("Content-Length", Integer.toString(bytes.length))
            .build();
    return http.prepareRequest(
            HttpExecuteRequest.builder()
                .request(request)
                .contentStreamProvider(() -> new ByteArrayInputStream(bytes))
                .build())
        .call();
  }

  private void awaitSilence() {
    await().until(() -> silence.nanos() > 50_000_000);
  }

  @Test
  void aServerThatDoesNotAnswerIsSilentUntilItDoes() throws Exception {
    assertThat(silence.nanos()).isZero();
    CompletableFuture<HttpExecuteResponse> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return put(new byte[10]);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            },
            threads);
    awaitSilence();
    answers.countDown();
    try (InputStream body = answer.get().responseBody().orElseThrow()) {
      assertThat(silence.nanos()).as("nobody waits for more").isZero();
      assertThat(body.readNBytes(BODY.length / 2)).hasSize(BODY.length / 2);
      CompletableFuture<byte[]> rest =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return body.readAllBytes();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              },
              threads);
      awaitSilence();
      goesOn.countDown();
      assertThat(rest.get()).hasSize(BODY.length / 2);
    }
    assertThat(silence.nanos()).isZero();
  }

  /** However long that takes. */
  @Test
  void oneThatTakesAByteNowAndThenIsNotSilent() {
    try (Silence.Wait wait = silence.begin(() -> {})) {
      awaitSilence();
      wait.moved();
      assertThat(silence.nanos()).isLessThan(50_000_000);
      awaitSilence();
      silence.answered();
      assertThat(silence.nanos()).as("another was answered").isLessThan(50_000_000);
    }
  }

  /** Nobody else would tell it: it does not notice by itself while it waits for a socket. */
  @Test
  void whoIsInterruptedWhileAServerHangsIsFree() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try (InputStream body = put(new byte[10]).responseBody().orElseThrow()) {
                body.readAllBytes();
                failure.complete(new AssertionError("it was answered"));
              } catch (Throwable e) {
                failure.complete(e);
              }
            });
    thread.start();
    awaitSilence();
    thread.interrupt();
    assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    thread.join();
    assertThat(silence.nanos()).isZero();
  }

  @Test
  void soIsWhoReadsAnAnswerThatStopsHalfway() throws Exception {
    answers.countDown();
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    CountDownLatch half = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try (InputStream body = put(new byte[10]).responseBody().orElseThrow()) {
                body.readNBytes(BODY.length / 2);
                half.countDown();
                body.readAllBytes();
                failure.complete(new AssertionError("it was answered"));
              } catch (Throwable e) {
                failure.complete(e);
              }
            });
    thread.start();
    half.await();
    awaitSilence();
    thread.interrupt();
    assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    thread.join();
  }
}
