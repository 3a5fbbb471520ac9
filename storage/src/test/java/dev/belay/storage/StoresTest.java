package dev.belay.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.StoreException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoresTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with space", "100%", "a+b", "a%20b", "ümlaut"})
  void theUrlOfADirectoryLeadsThere(String name) throws Exception {
    Path root = directory.resolve(name);
    try (ObjectStore store = Stores.open(Stores.url(root))) {
      store.put("key", out -> out.write(1));
    }
    assertThat(root.resolve("key")).hasBinaryContent(new byte[] {1});
  }

  @Test
  void bothFormsNameTheSameStore() throws Exception {
    try (ObjectStore store = Stores.open("file:" + directory.resolve("store"));
        ObjectStore same = Stores.open("file://" + directory.resolve("store"))) {
      store.put("key", out -> {});
      assertThat(same.list("")).hasSize(1);
    }
  }

  @Test
  void openingMakesNothing() throws Exception {
    Stores.open("file:" + directory.resolve("store")).close();
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/dir",
        "gs://bucket",
        "file",
        "file:",
        "file:dir",
        "file://host/dir",
        "file:/a%zz"
      })
  void whatNamesNoStoreIsRefusedWithTheRemedy(String url) {
    assertThatThrownBy(() -> Stores.open(url))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining(url)
        .message()
        .matches(".*(use file:/dir.*|write % as %25)");
  }

  @Test
  void anUnknownSchemeIsNamed() {
    assertThatThrownBy(() -> Stores.open("gs://b"))
        .hasMessage("\"gs://b\" is no store URL: use file:/dir or s3://bucket/prefix");
  }

  @Test
  void aFileIsNoStore() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> Stores.open("file:" + file))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining(file + " is not a directory");
  }
}
