package dev.belay.worker.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7070,127.0.0.1,7070",
    "localhost:1,localhost,1",
    "[::1]:65535,::1,65535",
    "a-b.example:80,a-b.example,80"
  })
  void readsWhatItWrites(String text, String host, int port) {
    assertThat(Address.parse(text)).isEqualTo(new Address(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "host",
        ":7070",
        "host:",
        "host:0",
        "host:65536",
        "host:99999999999",
        "host:x",
        "host:-1",
        "::1:7070",
        "http://host:7070",
        "a b:1",
        "host:70 70",
        "[]:1",
        "host:７０"
      })
  void refusesInOneLineWhatIsNone(String text) {
    assertThatThrownBy(() -> Address.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text)
        .message()
        .doesNotContain("\n");
  }
}
