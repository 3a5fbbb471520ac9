package dev.belay.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

/** The network below the client: may lose requests and answers, or answer in the server's place. */
public final class FaultyHttp implements SdkHttpClient {
  /** What may happen to a request. */
  public interface Fault {
    /** Before it is sent: an answer in the server's place, or null. */
    default @Nullable HttpExecuteResponse before(SdkHttpRequest request) throws IOException {
      return null;
    }

    /** After the server has done it. */
    default void after(SdkHttpRequest request) throws IOException {}
  }

  /** Which requests. */
  interface Of {
    boolean test(SdkHttpRequest request);
  }

  static final Fault NONE = new Fault() {};

  private final SdkHttpClient real = Apache5HttpClient.create();
  volatile Fault fault = NONE;

  /** The server does it, and the answer is lost, for the first so many of these requests. */
  static Fault answersLost(int times, Predicate<SdkHttpRequest> of) {
    return new Fault() {
      private int left = times;

      @Override
      public synchronized void after(SdkHttpRequest request) throws IOException {
        if (of.test(request) && left-- > 0) {
          throw new IOException("connection reset");
        }
      }
    };
  }

  /** The first so many of these requests are answered with this status. */
  static Fault refused(int times, int status, String code, Predicate<SdkHttpRequest> of) {
    return new Fault() {
      private int left = times;

      @Override
      public synchronized @Nullable HttpExecuteResponse before(SdkHttpRequest request) {
        return of.test(request) && left-- > 0 ? answer(status, code) : null;
      }
    };
  }

  /** The first one is told to come again in a minute, as MinIO does while it starts. */
  static Fault startingUp() {
    return new Fault() {
      private boolean told;

      @Override
      public synchronized @Nullable HttpExecuteResponse before(SdkHttpRequest request) {
        if (told) {
          return null;
        }
        told = true;
        return answer(503, "XMinioServerNotInitialized", "60");
      }
    };
  }

  /** Each is answered with this status. */
  static Fault refused(int status, String code) {
    return refused(Integer.MAX_VALUE, status, code, request -> true);
  }

  /** Each is lost on its way. */
  static Fault requestLost() {
    return new Fault() {
      @Override
      public @Nullable HttpExecuteResponse before(SdkHttpRequest request) throws IOException {
        throw new IOException("connection reset");
      }
    };
  }

  /** The server does it, and the answer is lost, for each of these. */
  static Fault answerLost(Predicate<SdkHttpRequest> of) {
    return answersLost(Integer.MAX_VALUE, of);
  }

  /** A fault that every so many-th request meets, beginning with the first. */
  static Fault everyOther(int period, Fault fault) {
    return new Fault() {
      private final AtomicInteger before = new AtomicInteger();
      private final AtomicInteger after = new AtomicInteger();

      @Override
      public @Nullable HttpExecuteResponse before(SdkHttpRequest request) throws IOException {
        return before.getAndIncrement() % period == 0 ? fault.before(request) : null;
      }

      @Override
      public void after(SdkHttpRequest request) throws IOException {
        if (after.getAndIncrement() % period == 0) {
          fault.after(request);
        }
      }
    };
  }

  private static HttpExecuteResponse answer(int status, String code) {
    return answer(status, code, null);
  }

  private static HttpExecuteResponse answer(int status, String code, @Nullable String retryAfter) {
    String body = "<Error><Code>" + code + "</Code><Message>planted</Message></Error>";
    SdkHttpFullResponse.Builder response =
        SdkHttpFullResponse.builder()
            .statusCode(status)
            .putHeader("Content-Type", "application/xml");
    if (retryAfter != null) {
      response.putHeader("Retry-After", retryAfter);
    }
    return HttpExecuteResponse.builder()
        .response(response.build())
        .responseBody(
            AbortableInputStream.create(
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
        .build();
  }

  static Predicate<SdkHttpRequest> method(SdkHttpMethod method) {
    return request -> request.method() == method;
  }

  static boolean isPart(SdkHttpRequest request) {
    return request.method() == SdkHttpMethod.PUT
        && request.rawQueryParameters().containsKey("partNumber");
  }

  static boolean isBeginning(SdkHttpRequest request) {
    return request.method() == SdkHttpMethod.POST
        && request.rawQueryParameters().containsKey("uploads");
  }

  static boolean isCompletion(SdkHttpRequest request) {
    return request.method() == SdkHttpMethod.POST
        && request.rawQueryParameters().containsKey("uploadId");
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest call = real.prepareRequest(request);
    SdkHttpRequest asked = request.httpRequest();
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        Fault now = fault;
        HttpExecuteResponse instead = now.before(asked);
        if (instead != null) {
          return instead;
        }
        HttpExecuteResponse answer = call.call();
        try {
          now.after(asked);
        } catch (IOException e) {
          answer.responseBody().ifPresent(body -> body.abort());
          throw e;
        }
        return answer;
      }

      @Override
      public void abort() {
        call.abort();
      }
    };
  }

  @Override
  public void close() {
    real.close();
  }
}
