package dev.belay.storage.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/** The network below the client, listened to: how long a server is silent. */
final class HeardHttp implements SdkHttpClient {
  private final SdkHttpClient http;
  private final Silence silence;

  private HeardHttp(SdkHttpClient http, Silence silence) {
    this.http = http;
    this.silence = silence;
  }

  /** For clients that close it themselves. */
  static SdkHttpClient.Builder<?> builder(SdkHttpClient.Builder<?> http, Silence silence) {
    return new Builder(http, silence);
  }

  private record Builder(SdkHttpClient.Builder<?> http, Silence silence)
      implements SdkHttpClient.Builder<Builder> {
    @Override
    public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
      return new HeardHttp(http.buildWithDefaults(defaults), silence);
    }
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    Silence.Wait[] wait = new Silence.Wait[1];
    HttpExecuteRequest.Builder heard = HttpExecuteRequest.builder().request(request.httpRequest());
    request.metricCollector().ifPresent(heard::metricCollector);
    request
        .contentStreamProvider()
        .ifPresent(content -> heard.contentStreamProvider(heard(content, wait)));
    ExecutableHttpRequest prepared = http.prepareRequest(heard.build());
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        try (Silence.Wait waiting = silence.begin(prepared::abort)) {
          wait[0] = waiting;
          HttpExecuteResponse answer = prepared.call();
          silence.answered();
          return heard(answer);
        }
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  /** More is asked for when the server has taken what came before. */
  private static ContentStreamProvider heard(ContentStreamProvider content, Silence.Wait[] wait) {
    return () ->
        new FilterInputStream(content.newStream()) {
          @Override
          public int read() throws IOException {
            moved();
            return super.read();
          }

          @Override
          public int read(byte[] bytes, int from, int count) throws IOException {
            moved();
            return super.read(bytes, from, count);
          }

          private void moved() {
            if (wait[0] != null) {
              wait[0].moved();
            }
          }
        };
  }

  private HttpExecuteResponse heard(HttpExecuteResponse answer) {
    AbortableInputStream body = answer.responseBody().orElse(null);
    return body == null
        ? answer
        : HttpExecuteResponse.builder()
            .response(answer.httpResponse())
            .responseBody(AbortableInputStream.create(heard(body), body))
            .build();
  }

  /** Whoever reads waits for the server; whoever does not, does not. */
  private InputStream heard(AbortableInputStream body) {
    return new FilterInputStream(body) {
      @Override
      public int read() throws IOException {
        try (Silence.Wait unused = silence.begin(body::abort)) {
          return answered(super.read());
        }
      }

      @Override
      public int read(byte[] bytes, int from, int count) throws IOException {
        try (Silence.Wait unused = silence.begin(body::abort)) {
          return answered(super.read(bytes, from, count));
        }
      }

      private int answered(int read) {
        silence.answered();
        return read;
      }
    };
  }

  @Override
  public String clientName() {
    return http.clientName();
  }

  @Override
  public void close() {
    http.close();
  }
}
