package dev.belay.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Credentials by a web identity, as Kubernetes gives it to a pod: a token in a file is exchanged
 * for keys that last a while. Nothing but the settings says so.
 */
class WebIdentityTest {
  private static final String TOKEN = "a-token-of-the-pod";
  private static final String ROLE = "arn:aws:iam::123456789012:role/belay";

  @TempDir Path directory;

  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private S3Server s3;
  private HttpServer sts;

  @BeforeEach
  void start() throws Exception {
    s3 = S3Server.withSessions();
    sts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sts.createContext("/", this::exchange);
    sts.start();
    set("aws.endpointUrlSts", "http://127.0.0.1:" + sts.getAddress().getPort());
    set("aws.region", "eu-central-1");
    set("aws.roleArn", ROLE);
    set("aws.roleSessionName", "belay-test");
    set(
        "aws.webIdentityTokenFile",
        Files.writeString(directory.resolve("token"), TOKEN).toString());
    set("aws.sharedCredentialsFile", directory.resolve("none").toString());
    set("aws.configFile", directory.resolve("none").toString());
  }

  @AfterEach
  void stop() throws Exception {
    settings.forEach(WebIdentityTest::restore);
    sts.stop(0);
    s3.close();
  }

  private void set(String name, String value) {
    settings.put(name, System.getProperty(name, ""));
    System.setProperty(name, value);
  }

  private static void restore(String name, String before) {
    if (before.isEmpty()) {
      System.clearProperty(name);
    } else {
      System.setProperty(name, before);
    }
  }

  /** Gives the keys that the S3 server knows to whoever has the token. */
  private void exchange(HttpExchange exchange) throws IOException {
    try (exchange) {
      String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      asked.add(URLDecoder.decode(form, UTF_8));
      byte[] answer =
          """
          <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
            <AssumeRoleWithWebIdentityResult>
              <Credentials>
                <AccessKeyId>%s</AccessKeyId>
                <SecretAccessKey>%s</SecretAccessKey>
                <SessionToken>a-session</SessionToken>
                <Expiration>%s</Expiration>
              </Credentials>
            </AssumeRoleWithWebIdentityResult>
          </AssumeRoleWithWebIdentityResponse>
          """
              .formatted(
                  S3Server.IDENTITY, S3Server.CREDENTIAL, Instant.now().plus(1, ChronoUnit.HOURS))
              .getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "text/xml");
      exchange.sendResponseHeaders(200, answer.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(answer);
      }
    }
  }

  @Test
  void theTokenIsExchangedForTheKeysOfTheRole() throws Exception {
    try (ObjectStore store = Stores.open(s3.place().url())) {
      store.put("job/p0/1", out -> out.write(TOKEN.length()));
      try (InputStream in = store.open("job/p0/1", 0)) {
        assertThat(in.readAllBytes()).containsExactly(TOKEN.length());
      }
    }
    assertThat(asked).isNotEmpty();
    assertThat(asked.get(0))
        .contains("Action=AssumeRoleWithWebIdentity")
        .contains("RoleArn=" + ROLE)
        .contains("WebIdentityToken=" + TOKEN);
  }

  @Test
  void aTokenThatIsNotThereIsNamedAndNotOtherKeysAskedFor() throws Exception {
    String missing = directory.resolve("no-token").toString();
    System.setProperty("aws.webIdentityTokenFile", missing);
    try (ObjectStore store = Stores.open(s3.place().url())) {
      assertThatThrownBy(() -> store.put("job/p0/1", out -> out.write(1)))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("there is no " + missing)
          .hasMessageContaining("AWS_WEB_IDENTITY_TOKEN_FILE")
          .hasMessageNotContaining("AWS_ACCESS_KEY_ID");
    }
    assertThat(asked).isEmpty();
  }
}
